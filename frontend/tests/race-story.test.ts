import { expect, it } from 'vitest'

import messages from '@/app/i18n/messages/en-US/race.json'
import { SAYINGS } from '@/features/race/story/story'

it('there is a message for every sentence of a story, and no other', () => {
  expect(Object.keys(messages.race.story.say).sort()).toEqual([...SAYINGS].sort())
})
