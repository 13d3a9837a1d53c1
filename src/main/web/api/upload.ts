import { addressOf, anotherKey, keyOfTab, lost, problemOf, Refusal, secondsOf, session, Unreachable } from './http';

/** How much of an upload has been sent, 0 … 1. */
export type Sent = (share: number) => void;

/**
 * Sends files, and tells how far it is, which `fetch` can't. When the service wants a key, this waits until there is one and sends
 * again. Aborting `signal` ends it.
 *
 * @throws Refusal for an answer that is an error
 * @throws Unreachable when there is no answer
 */
export async function upload(
    operation: string,
    names: Record<string, string>,
    query: string,
    body: Blob | FormData,
    headers: Record<string, string>,
    sent: Sent,
    signal: AbortSignal,
): Promise<unknown> {
    const [method, path] = addressOf(operation, names);
    for (;;) {
        const key = keyOfTab();
        const request = await send(method, path + query, body, { ...headers, ...bearer(key) }, sent, signal);
        session.set({ reachable: true });
        if (request.status >= 200 && request.status < 300) {
            return JSON.parse(request.responseText);
        }
        if (request.status !== 401 || !(await anotherKey(key, signal))) {
            const id = request.getResponseHeader('X-Request-Id') ?? '';
            throw new Refusal(
                problemOf(request.status, request.statusText, id, request.responseText),
                secondsOf(request.getResponseHeader('Retry-After')),
            );
        }
    }
}

function bearer(key: string | null): Record<string, string> {
    return key ? { Authorization: `Bearer ${key}` } : {};
}

function send(
    method: string,
    address: string,
    body: Blob | FormData,
    headers: Record<string, string>,
    sent: Sent,
    signal: AbortSignal,
): Promise<XMLHttpRequest> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(method, address);
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
        request.onload = () => resolve(request);
        request.onabort = () => reject(signal.reason);
        request.onerror = () => {
            lost();
            reject(new Unreachable());
        };
        signal.addEventListener('abort', () => request.abort());
        request.send(body);
    });
}
