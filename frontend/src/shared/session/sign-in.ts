import { answered } from '@/shared/api/problem'
import { publicApi } from '@/shared/api/public'

import { rememberWantedPage } from './wanted-page'

/** Where iRacing sends the driver back to. */
export function redirectUri(): string {
  return `${location.origin}/auth/ir/callback`
}

/** The address to sign in at, with the build's own client id if it has one. */
export function withClientId(authorizeUrl: string, clientId: string | undefined): string {
  if (!clientId) return authorizeUrl
  const address = new URL(authorizeUrl, location.href)
  address.searchParams.set('client_id', clientId)
  return address.href
}

/** Leaves for iRacing's sign-in; the driver comes back to `wantedPage`. */
export async function leaveForSignIn(wantedPage: string): Promise<void> {
  const { authorizeUrl } = await answered(
    publicApi.POST('/auth/ir/start', { body: { redirectUri: redirectUri() } }),
  )
  rememberWantedPage(wantedPage)
  location.assign(withClientId(authorizeUrl, import.meta.env.VITE_IRACING_CLIENT_ID))
}
