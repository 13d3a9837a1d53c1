import type { Fields } from '../api/types';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The request that made a picture, which the service writes into its PNG files; null if the file has none. */
export function parametersOf(png: Uint8Array): Fields | null {
    const text = textOf(png, 'parameters');
    try {
        const fields: unknown = JSON.parse(text ?? 'null');
        return typeof fields === 'object' && !Array.isArray(fields) ? (fields as Fields | null) : null;
    } catch {
        return null; // another program's parameters
    }
}

/** A text of a PNG file (tEXt, or iTXt that isn't compressed); null if there is none. */
export function textOf(png: Uint8Array, keyword: string): string | null {
    if (!SIGNATURE.every((byte, i) => png[i] === byte)) {
        return null;
    }
    const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
    for (let at = 8; at + 12 <= png.length; at += 12 + view.getUint32(at)) {
        const type = latin1(png.subarray(at + 4, at + 8));
        const data = png.subarray(at + 8, at + 8 + view.getUint32(at));
        const end = data.indexOf(0);
        if ((type === 'tEXt' || type === 'iTXt') && latin1(data.subarray(0, end)) === keyword) {
            return type === 'tEXt' ? latin1(data.subarray(end + 1)) : international(data.subarray(end + 1));
        }
    }
    return null;
}

/** What follows the keyword of an iTXt chunk: two flags, the language, the keyword in that language, the text. */
function international(data: Uint8Array): string | null {
    const language = data.indexOf(0, 2);
    const translated = data.indexOf(0, language + 1);
    return data[0] === 0 ? new TextDecoder().decode(data.subarray(translated + 1)) : null;
}

function latin1(bytes: Uint8Array): string {
    let text = '';
    for (const byte of bytes) {
        text += String.fromCharCode(byte);
    }
    return text;
}
