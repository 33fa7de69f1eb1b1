import { instanceType, usableMemoryMib } from "./instance-types.ts";
import type { ComputeConfig, Resources } from "./model.ts";

type Capacity = Pick<ComputeConfig, "instanceTypes" | "maxQuantity">;

/** What tasks can count on, of one instance. */
export interface Room {
  readonly cpu: number;
  readonly memoryMib: number;
  readonly gpu: number;
}

/**
 * How many tasks of one size the capacity holds at once. Of several types it is the one that holds
 * fewest, because Auto Scaling may take any of them.
 *
 * @param roomOf a type's, where more is known of it than the table has
 * @returns undefined where a type isn't known, or none is given
 */
export function tasksAtOnce(
  needs: Resources,
  capacity: Capacity,
  roomOf: (type: string) => Room | undefined = knownRoom,
): number | undefined {
  const rooms = roomsOf(capacity, roomOf);
  if (rooms === undefined) return undefined;
  return Math.min(...rooms.map((room) => inside(needs, room))) * capacity.maxQuantity;
}

/**
 * How many of these tasks the capacity holds at once, the largest first: an instance takes what
 * still fits.
 *
 * @returns undefined where a type isn't known, or none is given
 */
export function placedAtOnce(tasks: readonly Resources[], capacity: Capacity): number | undefined {
  const rooms = roomsOf(capacity, knownRoom);
  if (rooms === undefined) return undefined;
  return Math.min(...rooms.map((room) => packed(tasks, room, capacity.maxQuantity)));
}

/**
 * Memory that a step can have on the largest of the types, in MiB; undefined where one isn't known.
 */
export function largestMemoryMib(capacity: Capacity): number | undefined {
  const rooms = roomsOf(capacity, knownRoom);
  return rooms && Math.max(...rooms.map(({ memoryMib }) => memoryMib));
}

function roomsOf(
  { instanceTypes }: Capacity,
  roomOf: (type: string) => Room | undefined,
): readonly Room[] | undefined {
  const rooms = instanceTypes.map(roomOf).filter((room) => room !== undefined);
  return rooms.length === 0 || rooms.length < instanceTypes.length ? undefined : rooms;
}

function knownRoom(name: string): Room | undefined {
  const type = instanceType(name);
  if (type === undefined) return undefined;
  return { cpu: type.vcpus, memoryMib: usableMemoryMib(type), gpu: type.gpus };
}

function inside(needs: Resources, room: Room): number {
  const times = (has: number, takes: number): number =>
    takes === 0 ? Infinity : Math.floor(has / takes);
  return Math.min(
    times(room.cpu, needs.cpu),
    times(room.memoryMib, needs.memoryGb * 1024),
    times(room.gpu, needs.gpu),
  );
}

function packed(tasks: readonly Resources[], room: Room, instances: number): number {
  const left: Room[] = [];
  let placed = 0;
  const bySize = tasks.toSorted((a, b) => b.memoryGb - a.memoryGb || b.cpu - a.cpu);
  for (const task of bySize) {
    const at = left.findIndex((one) => inside(task, one) > 0);
    const into = at === -1 ? room : left[at];
    if (into === undefined || inside(task, into) === 0) continue;
    if (at === -1 && left.length === instances) continue;
    left[at === -1 ? left.length : at] = {
      cpu: into.cpu - task.cpu,
      memoryMib: into.memoryMib - task.memoryGb * 1024,
      gpu: into.gpu - task.gpu,
    };
    placed += 1;
  }
  return placed;
}
