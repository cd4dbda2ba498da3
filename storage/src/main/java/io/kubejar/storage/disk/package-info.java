/// The few things that a log needs of a disk, as an interface, so that tests can put a disk there
/// that is worse than any real one.
///
/// The contract is what POSIX promises and no more: bytes written are durable after the file was
/// synced; names made, changed or removed are durable after the directory was synced; until then
/// any part of either may survive a power loss, in any order.
@NullMarked
package io.kubejar.storage.disk;

import org.jspecify.annotations.NullMarked;
