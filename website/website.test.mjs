// node --test website/
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build, LANGUAGES, PAGES, pathOf } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'website-'));
after(() => rmSync(out, { recursive: true }));

const site = 'https://example.org';
build({ site, app: 'https://app.example.org', contact: 'privacy@example.org', out });

const pages = LANGUAGES.flatMap((language) => PAGES.map((page) => ({ language, page, path: pathOf(language, page) })));
const read = (path) => readFileSync(join(out, path), 'utf8');
const html = ({ path }) => read(`${path}index.html`);

/** Keys of a text, and the length of its lists, as one line each. */
const shape = (value, place = '') =>
  typeof value === 'string' ? [place] : Object.entries(value).flatMap(([key, inner]) => shape(inner, `${place}.${key}`));

test('every language says the same things', () => {
  const [first, ...others] = LANGUAGES.map((language) => JSON.parse(readFileSync(join(here, `text/${language}.json`), 'utf8')));
  for (const other of others) assert.deepEqual(shape(other), shape(first));
});

test('every link inside the site leads somewhere', () => {
  for (const page of [...pages, { path: '/404.html' }]) {
    const text = page.path === '/404.html' ? read('404.html') : html(page);
    const links = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link);
    const pictures = [...text.matchAll(/srcset="([^"]*)"/g)].flatMap(([, list]) => list.split(', '));
    for (const link of [...links, ...pictures.map((picture) => picture.split(' ')[0])]) {
      const file = link.endsWith('/') ? `${link}index.html` : link;
      assert.ok(existsSync(join(out, file)), `${page.path} links to ${link}`);
    }
  }
});

test('every page names itself and its translations', () => {
  for (const page of pages) {
    const text = html(page);
    assert.match(text, new RegExp(`<html lang="${page.language}">`));
    assert.match(text, new RegExp(`<link rel="canonical" href="${site}${page.path}" />`));
    for (const other of LANGUAGES) {
      assert.ok(text.includes(`hreflang="${other}" href="${site}${pathOf(other, page.page)}"`), `${page.path} to ${other}`);
    }
    assert.ok(text.includes(`hreflang="x-default" href="${site}${pathOf('en', page.page)}"`));
  }
});

test('titles and descriptions fit into search results and differ', () => {
  const titles = new Set();
  for (const page of pages) {
    const [, title] = /<title>([^<]+)</.exec(html(page));
    const [, description] = /<meta name="description" content="([^"]+)"/.exec(html(page));
    assert.ok(title.length <= 65, `${page.path}: ${title}`);
    assert.ok(description.length >= 50 && description.length <= 175, `${page.path}: ${description.length} characters`);
    titles.add(title);
  }
  assert.equal(titles.size, pages.length);
});

test('pages need no script and no style of their own, as their policy says', () => {
  for (const page of pages) {
    assert.doesNotMatch(html(page), /<script|<style|\sstyle=|\son\w+=|javascript:/i, page.path);
    for (const [, address] of html(page).matchAll(/(?:src|srcset)="([^"]+)"/g)) assert.ok(address.startsWith('/'));
  }
});

test('the sitemap lists every page, and robots find it', () => {
  const sitemap = read('sitemap.xml');
  for (const page of pages) assert.ok(sitemap.includes(`<loc>${site}${page.path}</loc>`), page.path);
  assert.match(read('robots.txt'), /Sitemap: https:\/\/example\.org\/sitemap\.xml/);
});

test('a page is small', () => {
  for (const page of pages) assert.ok(statSync(join(out, page.path, 'index.html')).size < 20_000, page.path);
  for (const name of readdirSync(join(out, 'assets'))) {
    const most = /\.800-/.test(name) ? 60_000 : 130_000;
    assert.ok(statSync(join(out, 'assets', name)).size < most, name);
  }
  const assets = readdirSync(join(out, 'assets')).filter((name) => !name.endsWith('.webp'));
  const bytes = assets.map((name) => statSync(join(out, 'assets', name)).size).reduce((sum, size) => sum + size, 0);
  assert.ok(bytes < 160_000, `${bytes} bytes`);
});

test('every page has one headline, and its pictures have words', () => {
  for (const page of pages) {
    assert.equal(html(page).match(/<h1/g).length, 1, page.path);
    for (const [image] of html(page).matchAll(/<img[^>]*>/g)) assert.match(image, /alt="[^"]+"/);
  }
});
