import { fileName, type Picture } from './gallery';

/** The sum of checks that ZIP asks for (ISO 3309). */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) {
        c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    }
    return c;
});

function crc32(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    }
    return (crc ^ 0xffffffff) >>> 0;
}

function little(sizes: [number, 2 | 4][]): Uint8Array<ArrayBuffer> {
    const view = new DataView(new ArrayBuffer(sizes.reduce((sum, [, size]) => sum + size, 0)));
    let at = 0;
    for (const [value, size] of sizes) {
        size === 2 ? view.setUint16(at, value, true) : view.setUint32(at, value, true);
        at += size;
    }
    return new Uint8Array(view.buffer);
}

/** DOS time and date of 1980-01-01, so that the same pictures give the same archive. */
const TIME = 0;
const DATE = 0x21;
const UTF8_NAMES = 0x0800;

/**
 * An archive of the pictures and, in pictures.json, of the requests that make them again. Nothing is compressed, because
 * pictures are compressed already (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; no more than 65,535 files and 4 GiB).
 */
export async function zipOf(pictures: Picture[]): Promise<Blob> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const directory: Uint8Array<ArrayBuffer>[] = [];
    let offset = 0;
    const add = (name: string, content: Uint8Array<ArrayBuffer>) => {
        const path = new TextEncoder().encode(name);
        const common: [number, 2 | 4][] = [
            [20, 2],
            [UTF8_NAMES, 2],
            [0, 2],
            [TIME, 2],
            [DATE, 2],
            [crc32(content), 4],
            [content.length, 4],
            [content.length, 4],
            [path.length, 2],
            [0, 2],
        ];
        const local = little([[0x04034b50, 4], ...common]);
        const central = little([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]);
        parts.push(local, path, content);
        directory.push(central, path);
        offset += local.length + path.length + content.length;
    };
    const names = new Set<string>();
    const requests: Record<string, unknown> = {};
    for (const picture of pictures) {
        const usual = fileName(picture);
        const name = names.has(usual) ? usual.replace(/\.png$/, `-${picture.id.slice(0, 8)}.png`) : usual;
        names.add(name);
        requests[name] = picture.parameters;
        add(name, new Uint8Array(await picture.png.arrayBuffer()));
    }
    add('pictures.json', new TextEncoder().encode(JSON.stringify(requests, null, 2)));
    const size = directory.reduce((sum, part) => sum + part.length, 0);
    const count = pictures.length + 1;
    const end = little([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]]);
    return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
