const KEY = 'spinout.wanted-page'

/** Whether a text is a path of ours: never another host, never the sign-in's own pages. */
export function isOwnPath(path: string): boolean {
  if (!path.startsWith('/') || /[\\\s]/.test(path) || path.startsWith('//')) return false
  const address = new URL(path, 'http://own.invalid')
  return address.host === 'own.invalid' && path !== '/' && !address.pathname.startsWith('/auth/')
}

/** Remembers, in this tab, the page that the driver asked for before signing in. Only a path: nothing secret. */
export function rememberWantedPage(path: string): void {
  if (isOwnPath(path)) sessionStorage.setItem(KEY, path)
  else sessionStorage.removeItem(KEY)
}

/** The remembered page, once. */
export function takeWantedPage(): string | null {
  const path = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return path !== null && isOwnPath(path) ? path : null
}
