/** What the page reads and sends. The names and fields are those of the contract's schemas; a test compares them. */

/** The name of a model, a data set or a job. */
export type Name = string;

export interface GenerationProgress {
    done: number;
    total: number;
    ahead?: number;
    left_ms?: number;
}

export interface GenerationPreview {
    index: number;
    step: number;
    b64: string;
}

export interface GenerateResponse {
    id: string;
    created: string;
    model: string;
    version: number;
    checkpoint_sha256: string;
    sampler: string | null;
    steps: number;
    images: GeneratedImage[];
    timings: GenerationTimings;
}

export interface GeneratedImage {
    index: number;
    seed: number | string;
    sha256: string;
    label: string | null;
    b64: string;
}

export interface GenerationTimings {
    queue_ms: number;
    compute_ms: number;
    encode_ms: number;
    mean_batch: number;
}

export interface GenerationStatus {
    id: string;
    state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
    progress: GenerationProgress;
    error?: Problem;
}

export interface Models {
    models: Model[];
}

export interface Model {
    name: string;
    default: boolean;
    served_version: number | null;
    served: number | string;
    description: string;
    labels: string[];
    image_size?: ImageSize | null;
    kind?: 'diffusion' | 'gan' | 'vae' | null;
    problem: string | null;
    versions: ModelVersionState[];
}

export interface ImageSize {
    width: number;
    height: number;
}

export interface ModelVersionState {
    version: number;
    serves: boolean;
    loaded: boolean;
    refused: string | null;
}

export interface ModelVersion {
    model: string;
    version: number;
    serves: boolean;
    loaded: boolean;
    refused: string | null;
    manifest?: ModelManifest | null;
    unet?: UNetSummary | null;
    scheduler?: SchedulerSummary | null;
    generator?: GeneratorSummary | null;
}

export interface ModelManifest {
    created: string;
    run: string | null;
    step: number | null;
    metrics: object;
    labels: string[];
    attributes: object;
    checkpoint_sha256: string;
    size: number;
}

export interface UNetSummary {
    parameters: number;
    image_size?: ImageSize | null;
    block_out_channels: number[];
}

export interface SchedulerSummary {
    class_name: string;
    beta_schedule: string | null;
    prediction_type: string;
}

export interface GeneratorSummary {
    kind: 'gan' | 'vae';
    parameters: number;
    image_size: ImageSize;
    latent_size: number;
}

export interface Datasets {
    datasets: DatasetEntry[];
}

export interface DatasetEntry {
    name: string;
    builtin: boolean;
    images: number;
    classes: number;
    bytes: number;
    created: string | null;
    problem: string | null;
}

export interface Dataset {
    name: string;
    builtin: boolean;
    images: number;
    labels: DatasetLabel[];
    bytes: number;
    created: string | null;
    smallest?: PictureSize | null;
    largest?: PictureSize | null;
    broken: BrokenPicture[];
    broken_count: number;
    ignored: string[];
    ignored_count: number;
    problem: string | null;
}

export interface DatasetLabel {
    name: string;
    images: number;
}

export interface PictureSize {
    width: number;
    height: number;
}

export interface BrokenPicture {
    file: string;
    reason: string;
}

export interface TrainingJobs {
    jobs: TrainingJob[];
    next: string | null;
}

export interface TrainingJob {
    id: string;
    state: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
    wanted?: 'paused' | 'cancelled' | null;
    created: string | null;
    started: string | null;
    ended: string | null;
    step: number;
    steps: number;
    loss: number | null;
    images_per_s: number | null;
    seconds_left: number | null;
    waiting: string | null;
    error: string | null;
    warnings: string[];
    published: number[];
    spec: TrainingSpecification;
}

export interface TrainingSpecification {
    kind?: 'diffusion' | 'gan' | 'vae';
    model?: Name;
    dataset?: Name;
    steps?: number;
    batch_size?: number;
}

export interface TrainingEstimate {
    images: number;
    classes: number;
    parameters: number;
    memory_bytes: number;
    images_per_s: number | null;
    seconds: number | null;
    judged_by: string | null;
    warnings: string[];
    spec: TrainingSpecification;
}

export interface TrainingEvent {
    id: number;
    time: string;
    type: string;
    step: number;
    state: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';
}

export interface TrainingSamples {
    samples: TrainingSample[];
}

export interface TrainingSample {
    step: number;
    url: string;
}

export interface TrainingCheckpoints {
    checkpoints: TrainingCheckpoint[];
}

export interface TrainingCheckpoint {
    step: number;
    created: string | null;
    on_disk: boolean;
    loss: number | null;
    quality: number | null;
    published_version: number | null;
}

export interface EngineSteps {
    steps: EngineStep[];
    lost: number;
}

export interface EngineStep {
    engine: number;
    ago_ms: number;
    took_ms: number;
    model: string;
    rows: number;
    best: number;
    requests: EngineShare[];
}

export interface EngineShare {
    id: number;
    rows: number;
}

export interface EngineQueue {
    engines: number;
    capacity: number;
    requests: EngineRequest[];
}

export interface EngineRequest {
    id: number;
    model: string;
    label: string | null;
    images: number;
    steps: number;
    priority: number;
    rows_left: number;
    waited_ms: number;
    begun: boolean;
}

export interface Verification {
    match: boolean;
    pixels_match: boolean;
    weights_match: boolean;
    largest_difference: number | null;
    model: string;
    version: number;
    seed: number | string;
    sha256: string;
    remade_sha256: string;
}

export interface Problem {
    type: string;
    title: string;
    status: number;
    detail: string;
    request_id: string;
    errors?: FieldProblem[];
}

export interface FieldProblem {
    pointer: string;
    detail: string;
}
