import { textOf } from '../gallery/png-text';

/** Where the images of a sample grid are, in pixels; the text "grid" of its file. */
export interface Grid {
    columns: number;
    rows: number;
    raw_rows: number;
    left: number;
    top: number;
    width: number;
    height: number;
    gap: number;
}

/** A sample grid of a run. */
export interface Sheet {
    step: number;
    picture: ImageBitmap;
    /** Null for a grid of earlier versions of the service. */
    grid: Grid | null;
}

export async function sheetOf(step: number, file: Blob): Promise<Sheet> {
    const text = textOf(new Uint8Array(await file.arrayBuffer()), 'grid');
    return { step, picture: await createImageBitmap(file), grid: text ? (JSON.parse(text) as Grid) : null };
}

/** The images that are made with the averaged weights. */
export function samplesIn(grid: Grid): number {
    return grid.columns * (grid.rows - grid.raw_rows);
}

/** Whether the same noise was also made into an image with the weights themselves. */
export function hasRaw(grid: Grid, sample: number): boolean {
    return sample < grid.columns * grid.raw_rows;
}

/** The place of an image: of the averaged weights, or of the weights themselves. */
export function placeOf(grid: Grid, sample: number, raw: boolean): [number, number] {
    const cell = raw ? sample + samplesIn(grid) : sample;
    return [
        grid.left + (cell % grid.columns) * (grid.width + grid.gap),
        grid.top + Math.floor(cell / grid.columns) * (grid.height + grid.gap),
    ];
}
