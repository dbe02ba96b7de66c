import { TRACKER_URLS } from './alert-scene.ts';

let count = 0;

/** A hook of an alert rule, with the fields of Sentry's documented sample that are read. */
export function eventAlert(change: Readonly<Record<string, unknown>> = {}) {
  count += 1;
  const event = {
    event_id: String(count).padStart(32, '0'),
    issue_id: '1170820242',
    title: 'ReferenceError: heck is not defined',
    level: 'error',
    release: '1.4.2',
    project: 1,
    tags: [
      ['environment', 'production'],
      ['level', 'error'],
    ],
    url: `${TRACKER_URLS.shop}/api/0/projects/acme/front-end/events/${count}/`,
    web_url: `${TRACKER_URLS.shop}/organizations/acme/issues/1170820242/events/${count}/`,
    issue_url: `${TRACKER_URLS.shop}/api/0/issues/1170820242/`,
    ...change,
  };
  return { action: 'triggered', data: { event, triggered_rule: 'Very Important' }, installation: { uuid: 'a8e5' } };
}

/** A hook of an issue that changed. */
export function issueHook(action: string, change: Readonly<Record<string, unknown>> = {}) {
  count += 1;
  const issue = {
    id: '1170820242',
    shortId: 'FRONT-END-1',
    title: 'ReferenceError: heck is not defined',
    level: 'error',
    status: action,
    substatus: 'new',
    count: String(count),
    web_url: `${TRACKER_URLS.shop}/organizations/acme/issues/1170820242/`,
    project: { id: '1', name: 'Front end', slug: 'front-end' },
    ...change,
  };
  return { action, data: { issue }, installation: { uuid: 'a8e5' } };
}

/** A hook of Glitchtip that tells of these issues. */
export function glitchtipHook(...issues: readonly Readonly<Record<string, unknown>>[]) {
  return {
    text: issues.length === 1 ? 'GlitchTip Alert' : `GlitchTip Alert (${issues.length} issues)`,
    attachments: issues.map((change) => ({
      title: 'ValueError: negative amount',
      title_link: `${TRACKER_URLS.till}/acme/issues/7`,
      text: 'till.pay in charge',
      color: '#e52b50',
      mrkdown_in: ['text'],
      fields: [
        { title: 'Project', value: 'Till', short: true },
        { title: 'Environment', value: 'production', short: true },
        { title: 'Release', value: '2.0', short: false },
      ],
      ...change,
    })),
    sections: [{ activityTitle: 'ValueError', activitySubtitle: '[View Issue TILL-7](https://glitchtip.example)' }],
  };
}
