import { type Asked, operate } from './http';

/** One server-sent event. */
export interface ServerEvent {
    name: string;
    data: unknown;
}

/**
 * Reads server-sent events of an answer to `fetch`; EventSource can send neither a body nor a key. Ends with the stream, and
 * throws when the connection breaks.
 */
export async function* events(response: Response): AsyncGenerator<ServerEvent> {
    if (!response.body) {
        return;
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
            const blocks = (rest + piece.value).split(/\r?\n\r?\n/);
            rest = blocks.pop() ?? '';
            for (const block of blocks) {
                const event = parse(block);
                if (event) {
                    yield event;
                }
            }
        }
    } finally {
        void reader.cancel().catch(() => undefined);
    }
}

/** The events of an operation that answers with a stream of them. */
export async function* streamed(operation: string, asked: Asked): AsyncGenerator<ServerEvent> {
    yield* events(await operate(operation, { ...asked, accept: 'text/event-stream' }));
}

function parse(block: string): ServerEvent | null {
    let name = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') {
            name = value;
        } else if (field === 'data') {
            data.push(value);
        }
    }
    return data.length ? { name, data: JSON.parse(data.join('\n')) } : null;
}
