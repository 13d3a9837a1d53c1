// Drives the service with OpenAI's own SDK, unmodified: node openai.mjs SCENARIO. Fails with what was not as expected.
// OPENAI_BASE_URL and OPENAI_API_KEY are the SDK's own settings.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI();
const png = (b64) => assert.equal(Buffer.from(b64, 'base64').subarray(1, 4).toString(), 'PNG');

const scenarios = {
    async image() {
        const images = await client.images.generate({ model: 'faces', prompt: 'red', size: 'auto' });
        assert.equal(images.data.length, 1);
        png(images.data[0].b64_json);
        assert.equal(images.output_format, 'png');
        assert.match(images.size, /^[0-9]+x[0-9]+$/);
        assert.ok(images.created > 1.7e9);
    },

    async batch() {
        const asked = { prompt: '', n: 4, response_format: 'b64_json', seed: 42, steps: 5, user: 'batch' };
        const images = await client.images.generate(asked);
        assert.equal(images.data.length, 4);
        images.data.forEach((image) => png(image.b64_json));
        assert.equal(new Set(images.data.map((image) => image.b64_json)).size, 4);
        const again = await client.images.generate(asked);
        assert.deepEqual(again.data, images.data, 'the same seed gives the same images');
    },

    async jpeg() {
        const images = await client.images.generate({ prompt: '1', output_format: 'jpeg' });
        assert.equal(images.output_format, 'jpeg');
        assert.equal(Buffer.from(images.data[0].b64_json, 'base64').subarray(0, 2).toString('hex'), 'ffd8');
    },

    async stream() {
        const events = [];
        const stream = await client.images.generate({ prompt: 'blue', n: 2, stream: true, partial_images: 0 });
        for await (const event of stream) {
            events.push(event);
        }
        assert.deepEqual(events.map((event) => event.type), Array(2).fill('image_generation.completed'));
        events.forEach((event) => png(event.b64_json));
        assert.equal(events[0].usage.total_tokens, 0);
        assert.equal(events[0].background, 'opaque');
    },

    async partials() {
        const events = [];
        const stream = await client.images.generate({ prompt: 'blue', stream: true, partial_images: 2, steps: 9 });
        for await (const event of stream) {
            events.push(event);
        }
        assert.deepEqual(
            events.map((event) => [event.type, event.partial_image_index]),
            [
                ['image_generation.partial_image', 0],
                ['image_generation.partial_image', 1],
                ['image_generation.completed', undefined],
            ],
        );
        events.forEach((event) => png(event.b64_json));
    },

    async models() {
        const ids = [];
        for await (const model of client.models.list()) {
            ids.push(model.id);
            assert.equal(model.object, 'model');
        }
        assert.ok(ids.includes('faces'), `faces among ${ids}`);
        const model = await client.models.retrieve('faces');
        assert.equal(model.id, 'faces');
        assert.equal(model.owned_by, 'stepwise');
    },

    async refusals() {
        await assert.rejects(client.images.generate({ prompt: 'an otter in a beret' }), (error) => {
            assert.ok(error instanceof OpenAI.BadRequestError, error);
            assert.equal(error.param, 'prompt');
            assert.equal(error.code, 'invalid_value');
            assert.equal(error.type, 'invalid_request_error');
            assert.match(error.message, /red/);
            assert.ok(error.requestID);
            return true;
        });
        for (const wrong of [
            { size: '1024x1024' },
            { response_format: 'url' },
            { n: 11 },
            { quality: 'hd' },
            { style: 'vivid' },
            { output_format: 'webp' },
            { stream: true, partial_images: 4 },
        ]) {
            const call = client.images.generate({ prompt: '', ...wrong });
            await assert.rejects(call, OpenAI.BadRequestError, JSON.stringify(wrong));
        }
        await assert.rejects(client.images.generate({ prompt: '', model: 'dall-e-3' }), OpenAI.NotFoundError);
        await assert.rejects(client.models.retrieve('dall-e-3'), OpenAI.NotFoundError);
        await assert.rejects(client.chat.completions.create({ model: 'faces', messages: [] }), OpenAI.NotFoundError);
    },
};

const scenario = scenarios[process.argv[2]];
assert.ok(scenario, `scenario must be one of ${Object.keys(scenarios)}`);
await scenario();
console.log(`${process.argv[2]}: as expected`);
