package io.kubejar.apiserver.authz;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.storage.v1.VolumeAttachment;
import java.util.List;
import java.util.Optional;

/// The objects by which the node authorizer finds what a node needs.
public interface NodeObjects {
  /// The pods of a namespace whose `spec.nodeName` is this node.
  List<Pod> podsOn(String node, String namespace);

  Optional<PersistentVolumeClaim> claim(String namespace, String name);

  Optional<PersistentVolume> volume(String name);

  Optional<VolumeAttachment> attachment(String name);

  Optional<ResourceSlice> resourceSlice(String name);
}
