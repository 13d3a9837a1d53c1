/** Numbers as people read them. */

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** Such as "3.8 MB". */
export function bytes(count: number): string {
    const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
    const value = count / 1000 ** unit;
    return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Such as "990,371". */
export function count(number: number): string {
    return number.toLocaleString('en');
}

/** Such as "1 image" and "2,000 images". */
export function several(number: number, what: string): string {
    return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

/** Such as "2 h 5 min". */
export function duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
        return `${whole} s`;
    }
    if (whole < 3600) {
        return whole < 600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.round(whole / 60)} min`;
    }
    const hours = Math.floor(whole / 3600);
    return hours < 48 ? `${hours} h ${Math.floor((whole % 3600) / 60)} min` : `${Math.round(hours / 24)} days`;
}

/** A day and a time of this computer, such as "22 Nov 2026, 18:33"; empty for none. */
export function time(iso: string | null): string {
    return iso ? new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }) : '';
}

/** A measured number with four digits. */
export function measure(value: number | null | undefined): string {
    if (value === null || value === undefined) {
        return '–';
    }
    const size = Math.abs(value);
    return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}
