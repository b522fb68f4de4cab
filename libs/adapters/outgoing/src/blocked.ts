/**
 * Addresses that no call may reach: everything that is not the public internet (RFC 6890 and its registries). Checked on
 * the resolved address at connect time, so a name that resolves to one of them is refused too.
 */
import { BlockList, isIP } from 'node:net';

/** Private networks and this machine: reached only by installations that allow it. */
const PRIVATE_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
];
const PRIVATE_IPV6 = ['::1/128', '::/128', 'fc00::/7'];

/** Where no tool ever is: cloud metadata, link-local, multicast, benchmarks, examples, other protocols' ranges. */
const NEVER_IPV4 = [
  '169.254.0.0/16',
  '168.63.129.16/32', // the metadata service of a large cloud, outside every reserved range
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const NEVER_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', 'fd00:ec2::/64'];
/** The only range of IPv6 that is public: mapped, compatible and translated IPv4 addresses lie outside of it. */
const PUBLIC_IPV6 = ['2000::/3'];

const listOf = (ipv4: readonly string[], ipv6: readonly string[]): BlockList => {
  const list = new BlockList();
  const add = (range: string, family: 'ipv4' | 'ipv6') => {
    const [net = '', prefix = ''] = range.split('/');
    list.addSubnet(net, Number(prefix), family);
  };
  for (const range of ipv4) add(range, 'ipv4');
  for (const range of ipv6) add(range, 'ipv6');
  return list;
};
const privates = listOf(PRIVATE_IPV4, PRIVATE_IPV6);
const never = listOf(NEVER_IPV4, NEVER_IPV6);
const publicIpv6 = listOf([], PUBLIC_IPV6);

/** Where an IP address lies. `never` also for what is no IP address. An IPv4 address in IPv6 form lies where it lies. */
export function reachOf(address: string): 'public' | 'private' | 'never' {
  const plain = address.replace(/%.*$/, ''); // a zone names an interface of this machine
  const family = isIP(plain);
  if (family === 0) return 'never';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (never.check(plain, type)) return 'never';
  if (privates.check(plain, type)) return 'private';
  return family === 4 || publicIpv6.check(plain, 'ipv6') ? 'public' : 'never';
}
