/// What the cluster remembers: keys, bytes and revisions. Nothing here knows of Kubernetes.
///
/// A [io.kubejar.storage.Store] is an ordered map from keys to bytes in which every writing
/// transaction makes one new *revision*, a number that only grows. Readers may ask for the newest
/// state or for that of an older revision; watchers get every change, in the order of revisions,
/// whole revisions at a time, from any revision on that is not compacted yet. The model is etcd's,
/// because one of the three stores *is* etcd, and one contract suite holds for all:
///
/// - [io.kubejar.storage.MemoryStore]: for tests and simulation, forked in constant time;
/// - [io.kubejar.storage.EmbeddedStore]: one machine, durable, on an append-only log;
/// - `io.kubejar.storage.etcd.EtcdStore`: several control-plane machines.
///
/// The first two share their heart, `State`: one immutable record of everything, on persistent
/// trees. A transaction is first *decided* against a state (a pure function that gives effects),
/// then the effects are *applied*, which gives the next state. The memory store swaps the state at
/// once. The embedded store writes the effects to its log, waits for the disk, and only then swaps;
/// its recovery applies the effects that it finds in the log, by the same code. So there is no way
/// for the two to disagree, and readers never wait: they look at the state that is published.
///
/// A watch is a *cursor* into the history that the state carries, not a queue: nothing is buffered
/// for a slow watcher, and one that falls behind the compacted revision is told so.
@NullMarked
package io.kubejar.storage;

import org.jspecify.annotations.NullMarked;
