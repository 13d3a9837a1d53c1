import { notify } from './notice';

/** Has the browser save what is at an address. */
export function save(url: string, name: string): void {
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    notify(`${name} is saved.`, 'good');
}

/** Has the browser save a file that the page has made. */
export function saveFile(file: Blob, name: string): void {
    const url = URL.createObjectURL(file);
    save(url, name);
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Copies a text, and says so, or what to do where a browser forbids it. */
export async function copy(text: string, copied: string, instead: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        notify(copied, 'good');
    } catch {
        notify(`This browser does not let the page copy. ${instead}`, 'bad');
    }
}
