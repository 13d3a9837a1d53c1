// What a TypeScript program does with the client that is made of openapi.yaml. Fails unless all of it works.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
    Configuration, DatasetsApi, GenerateApi, ModelsApi, ProblemFromJSON, ResponseError, TrainApi,
    TrainingJobStateEnum, TrainingSpecificationPublishEnum, UNetPreset,
} from './client/index.js';

const [url, pictures] = process.argv.slice(2);
const configuration = new Configuration({ basePath: url });

function isPng(bytes: Uint8Array): boolean {
    return Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
}

async function generate() {
    const api = new GenerateApi(configuration);
    const json = { headers: { 'Accept': 'application/json', 'Content-Type': 'application/json' } };
    const images = await api.generate(
        { generateRequest: { n: 2, steps: 5, seed: '18446744073709551615', label: 'red' } }, json);
    assert.equal(images.images.length, 2);
    assert(isPng(Buffer.from(images.images[0].b64, 'base64')));

    const png = { headers: { 'Accept': 'image/png', 'Content-Type': 'application/json' } };
    const answer = await api.generateRaw({ generateRequest: { steps: 5, seed: 7 } }, png);
    assert(isPng(new Uint8Array(await answer.raw.arrayBuffer())));
}

async function models() {
    const api = new ModelsApi(configuration);
    const first = (await api.listModels()).models[0];
    const version = await api.getModelVersion({ name: first.name, version: first.versions[0].version });
    const archive = await api.exportModelVersion({ name: first.name, version: version.version });
    assert(archive.size > version.manifest!.size);
    const copy = await api.importModelVersion({ name: 'typescript-copy', body: archive });
    assert.equal(copy.manifest!.checkpointSha256, version.manifest!.checkpointSha256);
}

/** Reads a stream of events up to one of a name. */
async function untilEvent(reader: ReadableStreamDefaultReader<string>, name: string) {
    let text = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        text += piece.value;
        if (text.includes(`event:${name}\n`)) {
            return;
        }
    }
    assert.fail(`there was no event ${name}`);
}

async function train() {
    const datasets = new DatasetsApi(configuration);
    const dataset = await datasets.uploadDataset(
        { name: 'typescript-pictures', body: new Blob([await readFile(pictures)]), idempotencyKey: 'typescript-upload' });
    assert.equal(dataset.images, 2);
    assert((await datasets.previewDataset({ name: 'typescript-pictures' })).size > 0);

    const api = new TrainApi(configuration);
    const wanted = { idempotencyKey: 'typescript-job', trainingSpecification: {
        dataset: 'typescript-pictures', model: 'typescript-trained', steps: 100_000, batchSize: 2,
        unet: UNetPreset.Tiny, publish: TrainingSpecificationPublishEnum.Never,
    } };
    const job = await api.train(wanted);
    assert.equal(job.state, TrainingJobStateEnum.Queued);
    assert.equal((await api.train(wanted)).id, job.id);
    const events = await api.followTrainingJobRaw({ id: job.id });
    const text = events.raw.body!.pipeThrough(new TextDecoderStream()).getReader();
    await untilEvent(text, 'started');
    await api.cancelTrainingJob({ id: job.id });
    await untilEvent(text, 'cancelled');
    assert.equal((await api.getTrainingJob({ id: job.id })).state, TrainingJobStateEnum.Cancelled);
    assert((await api.listTrainingJobs({ limit: 1 })).jobs.length === 1);
}

async function badInput() {
    try {
        await new GenerateApi(configuration).generate({ generateRequest: { n: 0, steps: 0 } });
    } catch (error) {
        assert(error instanceof ResponseError);
        const problem = ProblemFromJSON(await error.response.json());
        assert.equal(problem.status, 422);
        assert.equal(problem.type, '/problems/invalid-field');
        assert.equal(problem.errors!.length, 2);
        return;
    }
    assert.fail('bad input was taken');
}

await generate();
await models();
await train();
await badInput();
console.log('clients: the TypeScript client has been everywhere');
