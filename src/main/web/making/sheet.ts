import { find, type Picture } from '../gallery/gallery';
import type { Cell } from './grid';

const SIDE = 128;
const GAP = 8;
const MARGIN = 24;
const TEXT = 14;

/** The grid as one picture, with the values of both fields at its edges. */
export async function sheetOf(x: string, y: string, columns: string[], rows: string[], cells: Cell[]): Promise<Blob> {
    const canvas = document.createElement('canvas');
    const paper = canvas.getContext('2d')!;
    const font = `${TEXT}px ${getComputedStyle(document.body).fontFamily}`;
    paper.font = font;
    const left = Math.ceil(Math.max(...rows.map(row => paper.measureText(row).width), paper.measureText(y).width)) + MARGIN + 12;
    const top = MARGIN + 2 * TEXT + 16;
    canvas.width = left + columns.length * (SIDE + GAP) - GAP + MARGIN;
    canvas.height = top + rows.length * (SIDE + GAP) - GAP + MARGIN;
    paper.fillStyle = '#ffffff';
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.font = font;
    paper.fillStyle = '#565e5a';
    paper.fillText(`${y} ↓   ${x} →`, MARGIN, MARGIN + TEXT / 2);
    paper.fillStyle = '#1b201e';
    paper.textAlign = 'center';
    columns.forEach((value, i) => paper.fillText(value, left + i * (SIDE + GAP) + SIDE / 2, top - 10, SIDE));
    paper.textAlign = 'right';
    rows.forEach((value, j) => paper.fillText(value, left - 12, top + j * (SIDE + GAP) + SIDE / 2 + TEXT / 3));
    for (const [at, cell] of cells.entries()) {
        const picture = find(cell.id);
        if (picture) {
            const column = at % columns.length;
            const row = Math.floor(at / columns.length);
            await draw(paper, picture, left + column * (SIDE + GAP), top + row * (SIDE + GAP));
        }
    }
    return new Promise((resolve, reject) =>
        canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('The sheet is too large.'))), 'image/png'),
    );
}

async function draw(paper: CanvasRenderingContext2D, picture: Picture, x: number, y: number): Promise<void> {
    const image = await createImageBitmap(picture.png);
    const scale = Math.min(SIDE / image.width, SIDE / image.height);
    paper.imageSmoothingEnabled = scale < 1; // enlarged pixels stay pixels
    const [width, height] = [image.width * scale, image.height * scale];
    paper.drawImage(image, x + (SIDE - width) / 2, y + (SIDE - height) / 2, width, height);
    image.close();
}
