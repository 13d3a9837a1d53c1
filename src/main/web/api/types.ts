/** What the page reads and sends. The names and fields are some of those of the contract's schemas; a test compares them. */

/** The fields of a request, by name. */
export type Fields = Record<string, unknown>;

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
    b64: string;
}

export interface GenerateResponse {
    model: string;
    version: number;
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
}

export interface GenerationStatus {
    id: string;
    state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
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
    generator?: GeneratorSummary | null;
}

export interface ModelManifest {
    created: string;
    run: string | null;
    step: number | null;
    metrics: object;
    attributes: object;
    size: number;
}

export interface UNetSummary {
    parameters: number;
}

export interface GeneratorSummary {
    parameters: number;
}

export interface Datasets {
    datasets: DatasetEntry[];
}

export interface DatasetEntry {
    name: string;
    builtin: boolean;
    images: number;
    classes: number;
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
    init_from?: InitFrom | null;
}

export interface InitFrom {
    model: Name;
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
}

export interface TrainingEvent {
    step: number;
}

export interface TrainingSamples {
    samples: TrainingSample[];
}

export interface TrainingSample {
    step: number;
}

export interface TrainingCheckpoints {
    checkpoints: TrainingCheckpoint[];
}

export interface TrainingCheckpoint {
    step: number;
    on_disk: boolean;
    loss: number | null;
    quality: number | null;
    published_version: number | null;
}

export interface EngineSteps {
    steps: EngineStep[];
}

export interface EngineStep {
    engine: number;
    ago_ms: number;
    took_ms: number;
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
    largest_difference: number | null;
    model: string;
    version: number;
}

export interface Problem {
    type: string;
    title: string;
    status: number;
    detail: string;
    errors?: FieldProblem[];
}

export interface FieldProblem {
    pointer: string;
    detail: string;
}
