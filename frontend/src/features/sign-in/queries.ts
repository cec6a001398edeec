import { answered } from '@/shared/api/problem'
import { publicApi } from '@/shared/api/public'
import type { SignInSession } from '@/shared/api/types'
import { redirectUri } from '@/shared/session/sign-in'

/** Gives the code that iRacing sent to the server, which makes a session of it. */
export function completeSignIn(code: string, state: string): Promise<SignInSession> {
  return answered<SignInSession>(
    publicApi.POST('/auth/ir/callback', { body: { code, state, redirectUri: redirectUri() } }),
  )
}
