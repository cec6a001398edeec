// Measures the JavaScript that a driver's first page needs, compressed as a server sends it: everything that the
// entry (with the race log), the sign-in page and their messages import statically. Then that of every page, opened at first.
// Prints one JSON object; needs a build (`npm run build`).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'))

// The entry, as the page itself asks for it: it is in no chunk of its own.
const html = readFileSync(`${dist}index.html`, 'utf8')
const entry = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file)

const firstPage = [
  'src/features/sign-in/SignInPage.vue',
  'src/app/i18n/messages/en-US/signIn.json',
  'src/app/i18n/messages/en-US/filters.json',
  'src/app/i18n/messages/en-US/raceLog.json',
]

function chunksOf(name, seen = new Set()) {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`the build has no chunk ${name}`)
  if (seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const imported of chunk.imports ?? []) chunksOf(imported, seen)
  return seen
}

const sizeOf = (file) => gzipSync(readFileSync(dist + file), { level: 9 }).length
const totalOf = (files) => [...files].reduce((sum, file) => sum + sizeOf(file), 0)

/** All files of a page with these chunks. */
const filesOf = (names) => new Set([...entry, ...names.flatMap((name) => [...chunksOf(name)])])

const files = filesOf(firstPage)
const sizes = Object.fromEntries([...files].sort().map((file) => [file, sizeOf(file)]))

// Every page: the entry, the page's own code and the messages that its route names.
const features = fileURLToPath(new URL('../src/features/', import.meta.url))
const routes = Object.fromEntries(
  readdirSync(features).flatMap((feature) => {
    const file = `${features}${feature}/routes.ts`
    if (!existsSync(file)) return []
    const pages = readFileSync(file, 'utf8').matchAll(/import\('\.\/(\w+)\.vue'\)[^{]*\{([^}]*)\}/g)
    return [...pages].map(([, page, meta]) => {
      const sections = /messages: \[([^\]]*)\]/.exec(meta)?.[1].match(/\w+/g) ?? []
      const words = sections.map((section) => `src/app/i18n/messages/en-US/${section}.json`)
      return [page, totalOf(filesOf([`src/features/${feature}/${page}.vue`, ...words]))]
    })
  }),
)
console.log(
  JSON.stringify({
    first_page_js_gzip_bytes: totalOf(files),
    route_js_gzip_max_bytes: Math.max(...Object.values(routes)),
    files: sizes,
    routes,
  }),
)
