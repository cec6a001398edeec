// `make dev`: pages with hot reload on http://localhost:5173, in front of services that are built again and restarted
// when their code changes. A build that fails leaves the running services alone.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'spinout')
const settled = 300 // milliseconds: an editor writes several files at once

let services
let building
let stale = false

async function build() {
  const cargo = spawn('cargo', ['build', '--package', 'standalone'], { cwd: root, stdio: 'inherit' })
  const [code] = await once(cargo, 'exit')
  return code === 0
}

async function stop() {
  if (services === undefined || services.exitCode !== null) return
  services.kill('SIGINT')
  await once(services, 'exit')
}

// The public address is Vite's, so that sign-in comes back to the pages with hot reload.
function start() {
  services = spawn(program, ['run', '--public-url', 'http://localhost:5173'], { cwd: root, stdio: 'inherit' })
}

async function rebuild() {
  stale = true
  if (building) return
  building = true
  while (stale) {
    stale = false
    if (await build()) {
      await stop()
      start()
    }
  }
  building = false
}

const pages = await createServer({ server: { port: 5173, strictPort: true } })
await pages.listen()
pages.printUrls()

const crates = resolve(root, 'crates')
let timer
pages.watcher.add(crates)
// Not `add`, which every file causes at first; a new file is also named in one that was there.
for (const event of ['change', 'unlink']) {
  pages.watcher.on(event, (path) => {
    if (!path.startsWith(crates) || !/\.(rs|toml|css)$/.test(path)) return
    clearTimeout(timer)
    timer = setTimeout(rebuild, settled)
  })
}
await rebuild()

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await stop()
    await pages.close()
    process.exit()
  })
}
