/// Priority and fairness: no client keeps the others from being served. A FlowSchema says which
/// priority level a request belongs to and to which flow in it. Each level has a number of seats;
/// when all are taken, requests wait in queues that are served fairly, or are refused.
///
/// [FairQueues] and [SeatAllocation] are pure state machines; [PriorityLevel] is the shell in which
/// threads wait.
@NullMarked
package io.kubejar.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
