/** The bytes of a text in base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}

/** A picture in base64, as requests carry it. */
export async function toBase64(file: Blob): Promise<string> {
    const reader = new FileReader();
    await new Promise((resolve, reject) => {
        reader.onload = resolve;
        reader.onerror = reject;
        reader.readAsDataURL(file);
    });
    return (reader.result as string).replace(/^[^,]*,/, '');
}

/** The address of a picture in base64. Browsers find out themselves which kind of picture it is. */
export function dataUrl(base64: string): string {
    return `data:image/png;base64,${base64}`;
}
