package io.kubejar.kubelet;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.cri.CriClient;
import io.kubejar.kubelet.pod.BackOffs;
import io.kubejar.kubelet.runtime.PodRuntime;
import io.kubejar.kubelet.volume.PodVolumes;

/// What every pod worker of a node shares.
record NodeParts(
    KubeletOptions options,
    Client client,
    Clock clock,
    EventRecorder events,
    CriClient cri,
    PodRuntime runtime,
    PodVolumes volumes,
    BackOffs backOffs) {}
