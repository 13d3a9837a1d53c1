import type { Fields } from '../api/types';

/** Programs that ask for the same images. Each needs only what its language brings. */
export const LANGUAGES = ['curl', 'Java', 'Python', 'TypeScript'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Pictures are read from files of these names. */
const FILES: Record<string, string> = { image: 'image.png', mask: 'mask.png' };

/**
 * A program for a request.
 *
 * @param service the address of the service
 * @param withKey whether the service wants a key, which is then read from STEPWISE_KEY
 */
export function snippet(language: Language, service: string, fields: Fields, withKey: boolean): string {
    const several = Number(fields['n'] ?? 1) > 1;
    const asked = {
        service,
        withKey,
        accept: several ? 'application/zip' : 'image/png',
        file: several ? 'images.zip' : 'image-made.png',
        plain: Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in FILES))),
        pictures: Object.keys(FILES).filter(name => name in fields),
    };
    return { curl, Java: java, Python: python, TypeScript: typescript }[language](asked);
}

interface Asked {
    service: string;
    withKey: boolean;
    accept: string;
    file: string;
    plain: Fields;
    pictures: string[];
}

function curl({ service, withKey, accept, file, plain, pictures }: Asked): string {
    const head = [`curl -fsS ${service}/generate -H 'Content-Type: application/json' -H 'Accept: ${accept}'`];
    if (withKey) {
        head.push(`-H "Authorization: Bearer $STEPWISE_KEY"`);
    }
    const json = JSON.stringify(plain);
    if (!pictures.length) {
        return [...head, `-d '${json.replaceAll("'", "'\\''")}' -o ${file}`].join(' \\\n     ') + '\n';
    }
    // the shell reads the document as it reads double quotes
    const quoted = json.slice(0, -1).replace(/[\\$`]/g, '\\$&') + (json === '{}' ? '' : ', ');
    const files = pictures.map(name => `"${name}": "$(base64 -w0 ${FILES[name]})"`).join(', ');
    return [...head, `-o ${file} --data-binary @- <<END`].join(' \\\n     ') + `\n${quoted}${files}}\nEND\n`;
}

function java({ service, withKey, accept, file, plain, pictures }: Asked): string {
    const json = JSON.stringify(plain);
    const start = json === '{}' ? '{' : `${json.slice(0, -1)}, `;
    const parts = pictures.map((name, i) => `${JSON.stringify(`${i ? ', ' : start}"${name}": "`)} + file("${FILES[name]}") + "\\""`);
    const body = pictures.length ? `${parts.join('\n                + ')} + "}"` : JSON.stringify(json);
    const key = withKey ? `\n                .header("Authorization", "Bearer " + System.getenv("STEPWISE_KEY"))` : '';
    const read = `
    static String file(String name) throws Exception {
        return java.util.Base64.getEncoder().encodeToString(java.nio.file.Files.readAllBytes(Path.of(name)));
    }
`;
    return `import java.net.URI;
import java.net.http.*;
import java.nio.file.Path;

class Generate {${pictures.length ? read : ''}
    public static void main(String[] args) throws Exception {
        String body = ${body};
        HttpRequest request = HttpRequest.newBuilder(URI.create("${service}/generate"))
                .header("Content-Type", "application/json")
                .header("Accept", "${accept}")${key}
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofFile(Path.of("${file}")));
        if (answer.statusCode() != 200) throw new Exception("status " + answer.statusCode() + ", see ${file}");
    }
}
`;
}

function python({ service, withKey, accept, file, plain, pictures }: Asked): string {
    const fields = [
        ...Object.entries(plain).map(([name, value]) => `    ${JSON.stringify(name)}: ${pythonic(value)},`),
        ...pictures.map(name => `    "${name}": base64.b64encode(open("${FILES[name]}", "rb").read()).decode(),`),
    ].join('\n');
    const modules = ['json', 'urllib.request', ...(pictures.length ? ['base64'] : []), ...(withKey ? ['os'] : [])].sort();
    const key = withKey ? `,\n             "Authorization": "Bearer " + os.environ["STEPWISE_KEY"]` : '';
    return `import ${modules.join(', ')}

fields = {
${fields}
}
request = urllib.request.Request(
    "${service}/generate",
    data=json.dumps(fields).encode(),
    headers={"Content-Type": "application/json",
             "Accept": "${accept}"${key}})
with urllib.request.urlopen(request) as answer, open("${file}", "wb") as file:
    file.write(answer.read())
`;
}

function pythonic(value: unknown): string {
    if (value === null) {
        return 'None';
    }
    if (typeof value === 'boolean') {
        return value ? 'True' : 'False';
    }
    return typeof value === 'object'
        ? `{${Object.entries(value)
              .map(([name, part]) => `${JSON.stringify(name)}: ${pythonic(part)}`)
              .join(', ')}}`
        : JSON.stringify(value);
}

function typescript({ service, withKey, accept, file, plain, pictures }: Asked): string {
    const fields = [
        ...Object.entries(plain).map(([name, value]) => `    ${name}: ${JSON.stringify(value)},`),
        ...pictures.map(name => `    ${name}: (await readFile('${FILES[name]}')).toString('base64'),`),
    ].join('\n');
    const key = withKey ? '\n        Authorization: `Bearer ${process.env.STEPWISE_KEY}`,' : '';
    return `import { ${pictures.length ? 'readFile, ' : ''}writeFile } from 'node:fs/promises';

const fields = {
${fields}
};
const answer = await fetch('${service}/generate', {
    method: 'POST',
    headers: {
        'Content-Type': 'application/json',
        Accept: '${accept}',${key}
    },
    body: JSON.stringify(fields),
});
if (!answer.ok) throw new Error(await answer.text());
await writeFile('${file}', Buffer.from(await answer.arrayBuffer()));
`;
}
