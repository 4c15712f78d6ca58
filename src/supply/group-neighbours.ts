/** Which parcels hang together: connected groups over links, smallest index first. Knows nothing of land. */

export interface Link {
  a: number;
  b: number;
}

/** Groups of the parcels 0 … count − 1; within a group and among groups in order of the smallest index. */
export function groupNeighbours(count: number, links: readonly Link[]): number[][] {
  const leader = Uint32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    let top = i;
    while (leader[top] !== top) top = leader[top]!;
    for (let at = i; at !== top; ) {
      const next = leader[at]!;
      leader[at] = top;
      at = next;
    }
    return top;
  };
  for (const { a, b } of links) {
    const [p, q] = [find(a), find(b)];
    if (p !== q) leader[Math.max(p, q)] = Math.min(p, q);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const top = find(i);
    const group = groups.get(top);
    if (group) group.push(i);
    else groups.set(top, [i]);
  }
  return [...groups.values()];
}
