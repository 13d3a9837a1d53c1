import { addressOf, anotherKey, type Asked, keyOfTab, lost, refusalOf, session, Unreachable } from './http';

/** How much of an upload has been sent, 0 … 1. */
export type Sent = (share: number) => void;

/**
 * Sends files, and tells how far it is, which `fetch` can't. When the service wants a key, this waits until there is one and sends
 * again. Aborting the signal ends it.
 *
 * @return the JSON of the answer
 * @throws Refusal for an answer that is an error
 * @throws Unreachable when there is no answer
 */
export async function upload<T>(operation: string, asked: Asked, body: Blob | FormData, sent: Sent): Promise<T> {
    for (;;) {
        const key = keyOfTab();
        const request = await send(operation, asked, key, body, sent);
        session.set({ reachable: true });
        if (request.status >= 200 && request.status < 300) {
            return JSON.parse(request.responseText) as T;
        }
        if (request.status !== 401 || !(await anotherKey(key, asked.signal))) {
            const headers = { get: (name: string) => request.getResponseHeader(name) };
            throw refusalOf(request.status, request.statusText, headers, request.responseText);
        }
    }
}

function send(operation: string, asked: Asked, key: string | null, body: Blob | FormData, sent: Sent): Promise<XMLHttpRequest> {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(...addressOf(operation, asked));
        const headers = { ...asked.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
        request.onload = () => resolve(request);
        request.onabort = () => reject(asked.signal?.reason);
        request.onerror = () => {
            lost();
            reject(new Unreachable());
        };
        asked.signal?.addEventListener('abort', () => request.abort());
        request.send(body);
    });
}
