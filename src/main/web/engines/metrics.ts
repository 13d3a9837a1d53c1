/** A number of `/q/metrics`. */
export interface Sample {
    name: string;
    labels: Record<string, string>;
    value: number;
}

/** All numbers, and when they were read, in milliseconds. */
export interface Scrape {
    at: number;
    samples: Sample[];
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function parse(text: string): Scrape {
    const samples: Sample[] = [];
    for (const line of text.split('\n')) {
        const found = LINE.exec(line);
        if (found && !line.startsWith('#')) {
            const labels = [...(found[2] ?? '').matchAll(LABEL)].map(([, name, value]) => [name, value]);
            samples.push({ name: found[1] ?? '', labels: Object.fromEntries(labels), value: Number(found[3]) });
        }
    }
    return { at: Date.now(), samples };
}

/** The sum over all labels. */
export function sum({ samples }: Scrape, name: string, labels: Record<string, string> = {}): number {
    return samples
        .filter(sample => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
        .reduce((total, { value }) => total + value, 0);
}

/** What a counter has grown by per second. */
export function rate(before: Scrape, now: Scrape, name: string, labels: Record<string, string> = {}): number {
    return (1000 * (sum(now, name, labels) - sum(before, name, labels))) / Math.max(1, now.at - before.at);
}

/** The mean of what a summary noted between; null if it noted nothing. */
export function mean(before: Scrape, now: Scrape, name: string): number | null {
    const count = sum(now, `${name}_count`) - sum(before, `${name}_count`);
    return count > 0 ? (sum(now, `${name}_sum`) - sum(before, `${name}_sum`)) / count : null;
}

/** A quantile of what a histogram noted between, as Prometheus computes it; null if it noted nothing. */
export function quantile(before: Scrape, now: Scrape, name: string, share: number): number | null {
    const buckets = new Map<number, number>();
    const add = ({ samples }: Scrape, sign: number) =>
        samples
            .filter(sample => sample.name === `${name}_bucket`)
            .forEach(({ labels, value }) => {
                const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
                buckets.set(bound, (buckets.get(bound) ?? 0) + sign * value);
            });
    add(now, 1);
    add(before, -1);
    const bounds = [...buckets.keys()].sort((a, b) => a - b);
    const total = buckets.get(Infinity) ?? 0;
    if (total <= 0) {
        return null;
    }
    let [lower, below] = [0, 0];
    for (const bound of bounds) {
        const count = buckets.get(bound) ?? 0;
        if (count >= share * total) {
            return bound === Infinity ? lower : lower + ((bound - lower) * (share * total - below)) / Math.max(1, count - below);
        }
        [lower, below] = [bound, count];
    }
    return lower;
}
