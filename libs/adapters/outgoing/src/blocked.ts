/**
 * Addresses that no call may reach: everything that is not the public internet (RFC 6890 and its registries). Checked on
 * the resolved address at connect time, so a name that resolves to one of them is refused too.
 */
import { BlockList, isIP } from 'node:net';

const IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const IPV6 = [
  '::/128',
  '::1/128',
  '::/96', // IPv4-compatible, long deprecated
  '::ffff:0:0/96', // judged by the IPv4 address inside, see below
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const blocked = new BlockList();
for (const range of IPV4) add(range, 'ipv4');
for (const range of IPV6) add(range, 'ipv6');

function add(range: string, family: 'ipv4' | 'ipv6'): void {
  const [net = '', prefix = ''] = range.split('/');
  blocked.addSubnet(net, Number(prefix), family);
}

/** Whether an IP address is private, local, reserved, or one that stands for such an address in another form. */
export function isBlocked(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return blocked.check(address, 'ipv4');
  return family === 6 ? blocked.check(address, 'ipv6') : true;
}
