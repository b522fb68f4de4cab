import type { Contract } from '@assent/integration-kit';

export const CONTRACT: Contract = {
  vendor: 'Plivo',
  version: 1,
  source: 'API v1, documentation of 2026',
  operations: [
    {
      ...{ name: 'account', method: 'GET', path: '/v1/Account/{account}/', answers: [200] },
      headers: { authorization: '^Basic .+' },
      facts: [
        'says that the credential is accepted',
        'there is no contact and no opt-out to write: the carriers keep STOP per number, for the US and Canada only',
        'a message to whoever sent STOP fails with error code 200; that it lapses after 3 months is unverified',
      ],
    },
  ],
};
