// Parses every Terraform file below the folders given and writes them as one JSON object, {"folder/file.tf": {...}}, to
// standard output. Ends with status 1 and the names on standard error if files are not formatted as `terraform fmt` would.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The tools are installed outside of the repository.
const require = createRequire(join(process.env.TOOLS, 'package.json'));
const { parse } = require('@cdktn/hcl2json');
const { format } = require('@cdktn/hcl-tools');

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== '.terraform') yield* files(path);
    else if (/\.(tf|tftest\.hcl)$/.test(entry.name)) yield path;
  }
}

const parsed = {};
const unformatted = [];
for (const folder of process.argv.slice(2)) {
  for (const path of files(folder)) {
    const text = readFileSync(path, 'utf8');
    if ((await format(text)) !== text) unformatted.push(path);
    if (path.endsWith('.tf')) parsed[path] = await parse(path, text);
  }
}
process.stdout.write(JSON.stringify(parsed));
if (unformatted.length > 0) {
  console.error(`not formatted, run terraform fmt: ${unformatted.join(', ')}`);
  process.exitCode = 1;
}
