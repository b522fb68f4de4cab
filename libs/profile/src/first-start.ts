/** What the first start prints: the only time the keys are seen in clear. Written to the terminal, not to the log. */
export function firstStart(made: readonly { tenant: string; key: string }[], url: string): string {
  const [first] = made;
  if (first === undefined) return '';
  const marketing: Record<string, string> = { presentinfini: 'prospecting', assistool: 'marketing' };
  const shown = made.find(({ tenant }) => tenant in marketing) ?? first;
  const purpose = marketing[shown.tenant] ?? 'newsletter';
  return [
    '',
    'API keys, one per tenant. They are shown once; only their digests are kept.',
    '',
    ...made.map(({ tenant, key }) => `  ${tenant.padEnd(16)} ${key}`),
    '',
    `Try it as ${shown.tenant}:`,
    '',
    `  curl -s ${url}/v1/consents -H 'authorization: Bearer ${shown.key}' -H 'content-type: application/json' \\`,
    `    -d '{"subject":{"email":"ada@example.org"},"purpose":"${purpose}","channels":["email"],"decision":"given","notice":"${purpose}@1","evidence":{"method":"form"}}'`,
    '',
    `  curl -s ${url}/v1/eligibility -H 'authorization: Bearer ${shown.key}' -H 'content-type: application/json' \\`,
    `    -d '{"subject":{"email":"ada@example.org"},"purpose":"${purpose}","channel":"email"}'`,
    '',
    `  curl -s ${url}/v1/links -H 'authorization: Bearer ${shown.key}' -H 'content-type: application/json' \\`,
    `    -d '{"subject":{"email":"ada@example.org"},"purpose":"${purpose}","channel":"email"}'`,
    '',
    `Everything else: ${url}/docs`,
    '',
    '',
  ].join('\n');
}
