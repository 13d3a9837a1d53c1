/** A file and its path within what was dropped. */
export interface PathFile {
    path: string;
    file: File;
}

/** The files of what was dropped, with those in folders, at any depth. */
export async function droppedFiles(transfer: DataTransfer): Promise<PathFile[]> {
    const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null);
    const plain = [...transfer.files].map(file => ({ path: file.name, file }));
    return entries.some(entry => entry.isDirectory) ? (await Promise.all(entries.map(entry => filesOf(entry)))).flat() : plain;
}

async function filesOf(entry: FileSystemEntry): Promise<PathFile[]> {
    if (entry.isFile) {
        const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
        return [{ path: entry.fullPath.replace(/^\//, ''), file }];
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const found: PathFile[] = [];
    for (;;) {
        // a hundred at a time, until there are none
        const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) {
            return found;
        }
        found.push(...(await Promise.all(some.map(filesOf))).flat());
    }
}

/** The files of a chooser, with their paths if it chose a folder. The chooser is empty then, so that the same can be chosen again. */
export function chosenFiles(chooser: HTMLInputElement): PathFile[] {
    const files = [...(chooser.files ?? [])].map(file => ({ path: file.webkitRelativePath || file.name, file }));
    chooser.value = '';
    return files;
}
