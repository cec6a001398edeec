// Writes the website: three pages in each language, and what search engines and browsers ask for besides.
//
//   node website/build.mjs --site https://example.org --app https://app.example.org --contact privacy@example.org [--out target/website]
//
// Words are in text/<language>.json, one file a language with the same keys; looks are in style.css, on the app's own
// tokens. Needs Node and nothing else; the app's fonts are taken from frontend/node_modules (run `npm ci` there first).
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const project = dirname(here);

export const LANGUAGES = ['en', 'de', 'es'];
export const PAGES = ['home', 'self-hosting', 'privacy'];
const FONTS = {
  text: 'frontend/node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  headline: 'frontend/node_modules/@fontsource-variable/newsreader/files/newsreader-latin-wght-normal.woff2',
};
/** Pictures that the browser tests take of the real app (images/README.md). */
const SCREENSHOTS = ['race-log', 'race'];
/** Widths of each, in pixels, and how wide a page shows them. */
const WIDTHS = [800, 1600];
const SIZES = '(min-width: 72rem) 67rem, 92vw';

/** Path of a page: English at the root, other languages in folders of their own. */
export const pathOf = (language, page) =>
  (language === 'en' ? '/' : `/${language}/`) + (page === 'home' ? '' : `${page}/`);

const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text with `code`, [links](address) and {names} filled in. */
function rich(text, names) {
  return escape(text)
    .replace(/\{(\w+)\}/g, (_, name) => {
      if (!(name in names)) throw new Error(`no value for {${name}} in: ${text}`);
      return escape(names[name]);
    })
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');
}

/** Width and height of a WebP picture as a canvas makes it: from the header of its extended format. */
function sizeOfWebp(file) {
  const header = readFileSync(file).subarray(0, 30);
  if (header.toString('latin1', 8, 16) !== 'WEBPVP8X') throw new Error(`${file} is another kind of picture`);
  return { width: header.readUIntLE(24, 3) + 1, height: header.readUIntLE(27, 3) + 1 };
}

export function build({ site, app, contact, out }) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'assets'), { recursive: true });
  const write = (path, text) => {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  };
  /** Files with a hash in their name may be kept for ever. */
  const asset = (name, content) => {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
    const path = `/assets/${name.replace(/(\.\w+)$/, `-${hash}$1`)}`;
    write(path, content);
    return path;
  };

  const fonts = Object.fromEntries(
    Object.entries(FONTS).map(([name, file]) => [name, asset(`${name}.woff2`, readFileSync(join(project, file)))]),
  );
  const tokens = readFileSync(join(project, 'frontend/src/shared/ui/tokens.css'), 'utf8');
  const looks = readFileSync(join(here, 'style.css'), 'utf8')
    .replace('FONT_TEXT', fonts.text)
    .replace('FONT_HEADLINE', fonts.headline);
  const style = asset('style.css', tokens + looks);
  cpSync(join(project, 'frontend/public/favicon.svg'), join(out, 'favicon.svg'));

  const screenshots = SCREENSHOTS.map((name) => {
    const sources = (scheme) =>
      WIDTHS.map((width) => {
        const file = `${name}.${scheme}.${width}.webp`;
        return `${asset(file, readFileSync(join(here, 'images', file)))} ${width}w`;
      });
    const { width, height } = sizeOfWebp(join(here, `images/${name}.light.${WIDTHS.at(-1)}.webp`));
    return { name, light: sources('light'), dark: sources('dark'), width, height };
  });

  const texts = Object.fromEntries(
    LANGUAGES.map((language) => [language, JSON.parse(readFileSync(join(here, `text/${language}.json`), 'utf8'))]),
  );

  function document(language, page, { title, description, body, indexed = true }) {
    const text = texts[language];
    const t = (value) => rich(value, { contact, app, site });
    const alternates = indexed
      ? [...LANGUAGES.map((other) => [other, other]), ['x-default', 'en']]
          .map(([code, other]) => `<link rel="alternate" hreflang="${code}" href="${site}${pathOf(other, page)}" />`)
          .join('\n    ')
      : '<meta name="robots" content="noindex" />';
    const languages = LANGUAGES.map((other) => {
      const current = other === language ? ' aria-current="true"' : '';
      return `<li><a href="${pathOf(other, page)}" lang="${other}" hreflang="${other}"${current}>${escape(texts[other].language)}</a></li>`;
    }).join('');
    const pages = PAGES.slice(1)
      .map((other) => {
        const current = other === page ? ' aria-current="page"' : '';
        return `<li><a href="${pathOf(language, other)}"${current}>${escape(text[other].nav)}</a></li>`;
      })
      .join('');
    return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escape(title)}</title>
    <meta name="description" content="${escape(description)}" />
    ${indexed ? `<link rel="canonical" href="${site}${pathOf(language, page)}" />` : ''}
    ${alternates}
    <meta property="og:title" content="${escape(title)}" />
    <meta property="og:description" content="${escape(description)}" />
    <meta property="og:type" content="website" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="preload" href="${fonts.headline}" as="font" type="font/woff2" crossorigin />
    <link rel="preload" href="${fonts.text}" as="font" type="font/woff2" crossorigin />
    <link rel="stylesheet" href="${style}" />
  </head>
  <body>
    <a class="skip" href="#main">${escape(text.skip)}</a>
    <header>
      <a class="name" href="${pathOf(language, 'home')}">Spinout</a>
      <nav aria-label="${escape(text.pages)}"><ul>${pages}<li><a class="open" href="${app}">${escape(text.open)}</a></li></ul></nav>
    </header>
    <main id="main">
${body(t)}
    </main>
    <footer>
      <p>${t(text.independent)}</p>
      <nav aria-label="${escape(text.languages)}"><ul>${languages}</ul></nav>
    </footer>
  </body>
</html>
`;
  }

  const sections = (t, blocks) =>
    blocks
      .map((block) => {
        const paragraphs = (block.text ?? []).map((paragraph) => `<p>${t(paragraph)}</p>`).join('\n        ');
        const list = block.list ? `<ul>${block.list.map((item) => `<li>${t(item)}</li>`).join('')}</ul>` : '';
        const commands = block.commands ? `<pre tabindex="0"><code>${block.commands.map(escape).join('\n')}</code></pre>` : '';
        const after = (block.after ?? []).map((paragraph) => `<p>${t(paragraph)}</p>`).join('\n        ');
        return `      <section>
        <h2>${t(block.title)}</h2>
        ${paragraphs}${list}${commands}${after}
      </section>`;
      })
      .join('\n');

  // The first one is what a visitor waits for.
  const pictures = (text) =>
    screenshots
      .map(
        ({ name, light, dark, width, height }, place) => `      <figure class="screenshot">
        <picture>
          <source srcset="${dark.join(', ')}" sizes="${SIZES}" media="(prefers-color-scheme: dark)" />
          <img src="${light[0].split(' ')[0]}" srcset="${light.join(', ')}" sizes="${SIZES}" width="${width}" height="${height}" alt="${escape(text.home.screenshots[name])}" ${place === 0 ? 'fetchpriority="high"' : 'loading="lazy"'} />
        </picture>
        <figcaption>${escape(text.home.screenshots[name])}</figcaption>
      </figure>`,
      )
      .join('\n');

  for (const language of LANGUAGES) {
    const text = texts[language];
    const { home } = text;
    write(
      `${pathOf(language, 'home')}index.html`,
      document(language, 'home', {
        title: home.title,
        description: home.description,
        body: (t) => `      <div class="lead">
        <h1>${t(home.headline)}</h1>
        <p class="deck">${t(home.deck)}</p>
        <p class="actions"><a class="button primary" href="${app}">${t(text.open)}</a> <a class="button" href="${pathOf(language, 'self-hosting')}">${t(home.run)}</a></p>
        <p class="note">${t(home.note)}</p>
      </div>
${pictures(text)}
      <div class="points">
${home.points.map((point) => `        <section><h2>${t(point.title)}</h2><p>${t(point.text)}</p></section>`).join('\n')}
      </div>`,
      }),
    );
    for (const page of PAGES.slice(1)) {
      write(
        `${pathOf(language, page)}index.html`,
        document(language, page, {
          title: text[page].title,
          description: text[page].description,
          body: (t) => `      <div class="article">
      <h1>${t(text[page].headline)}</h1>
      <p class="deck">${t(text[page].deck)}</p>
${sections(t, text[page].sections)}
      </div>`,
        }),
      );
    }
  }
  write(
    '404.html',
    document('en', 'home', {
      title: texts.en.missing.title,
      description: texts.en.missing.text,
      indexed: false,
      body: (t) => `      <div class="article"><h1>${t(texts.en.missing.title)}</h1><p class="deck">${t(texts.en.missing.text)}</p></div>`,
    }),
  );

  const entries = PAGES.flatMap((page) =>
    LANGUAGES.map((language) => {
      const alternates = LANGUAGES.map(
        (other) => `<xhtml:link rel="alternate" hreflang="${other}" href="${site}${pathOf(other, page)}"/>`,
      ).join('');
      return `<url><loc>${site}${pathOf(language, page)}</loc>${alternates}</url>`;
    }),
  );
  write(
    'sitemap.xml',
    `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${entries.join('\n')}
</urlset>
`,
  );
  write('robots.txt', `User-agent: *\nAllow: /\n\nSitemap: ${site}/sitemap.xml\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      site: { type: 'string' },
      app: { type: 'string' },
      contact: { type: 'string' },
      out: { type: 'string', default: join(project, 'target/website') },
    },
  });
  for (const name of ['site', 'app', 'contact']) {
    if (!values[name]) {
      console.error(`--${name} is missing; see the first lines of website/build.mjs`);
      process.exit(2);
    }
  }
  build(values);
  console.log(`the website is in ${values.out}`);
}
