/** What the page reads and sends. The names and fields are those of the contract's schemas; a test compares them. */

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
    description: string;
    labels: string[];
    image_size: ImageSize | null;
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
