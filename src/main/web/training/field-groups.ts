/** The groups of fields that are folded, in their order. */
const GROUPS: Record<string, string[]> = {
    'What it learns': ['prediction', 'schedule', 'timesteps', 'sigma_data', 'variance', 'timestep_sampling', 'loss_weighting', 'loss', 'label_dropout', 'flip'],
    'How it learns': ['optimizer', 'learning_rate', 'lr_schedule', 'warmup_steps', 'gradient_clip', 'gradient_accumulation', 'ema_decay', 'ema_warmup', 'post_hoc_ema', 'precision', 'seed'],
    'What is kept, measured and published': ['checkpoint_every', 'sample_every', 'validation', 'publish', 'publish_as', 'publish_metric', 'early_stop.metric', 'early_stop.patience', 'resume_from'],
};
/** Those that have a place of their own. */
const FIRST = ['kind', 'dataset', 'model', 'steps', 'batch_size', 'image_size', 'unet', 'init_from.model', 'init_from.version', 'init_from.sha256', 'consistency', 'consistency.stages'];
/** What people call fields, if not as the contract does. */
export const NAMES: Record<string, string> = {
    unet: 'Network',
    consistency: 'Few steps: tune it so that two make an image',
    'consistency.stages': 'Stages of the tuning',
    'early_stop.metric': 'Stop early by',
    'early_stop.patience': 'Stop early after so many measurements without a better one',
};

/** Whether it is a part of a network of its own kind, which stands beside the size of the images. */
export function isOfNetwork(name: string): boolean {
    return /^(gan|vae)\./.test(name);
}

/** All groups with their fields; what has no place is in the last one. */
export function groupsOf(names: string[]): [string, string[]][] {
    const placed = [...FIRST, ...Object.values(GROUPS).flat()];
    const rest = names.filter(name => !placed.includes(name) && !isOfNetwork(name));
    return Object.entries(rest.length ? { ...GROUPS, Others: rest } : GROUPS);
}
