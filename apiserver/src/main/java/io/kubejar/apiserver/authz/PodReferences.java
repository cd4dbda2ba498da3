package io.kubejar.apiserver.authz;

import io.kubejar.api.core.v1.EnvFromSource;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.SecretReference;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeProjection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a pod's kubelet has to read to run it, all in the pod's namespace.
public record PodReferences(
    Set<String> secrets, Set<String> configMaps, Set<String> claims, Set<String> resourceClaims) {

  public static PodReferences of(Pod pod) {
    var found =
        new PodReferences(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    var spec = pod.spec();
    spec.imagePullSecrets().forEach(secret -> found.secrets.add(secret.name()));
    spec.initContainers().forEach(one -> found.addEnvironment(one.env(), one.envFrom()));
    spec.containers().forEach(one -> found.addEnvironment(one.env(), one.envFrom()));
    spec.ephemeralContainers().forEach(one -> found.addEnvironment(one.env(), one.envFrom()));
    spec.volumes().forEach(volume -> found.addVolume(pod, volume));
    for (var claim : spec.resourceClaims()) {
      found.add(found.resourceClaims, claim.resourceClaimName());
    }
    for (var claim : pod.status().resourceClaimStatuses()) {
      found.add(found.resourceClaims, claim.resourceClaimName());
    }
    return found;
  }

  /// Whether mounting a volume takes this secret.
  static boolean volumeUses(PersistentVolume volume, String secretNamespace, String secretName) {
    var spec = volume.spec();
    var wanted = new SecretReference(secretName, secretNamespace);
    var claimNamespace = spec.claimRef() == null ? "" : spec.claimRef().namespace();
    if (spec.azureFile() != null) {
      var namespace = spec.azureFile().secretNamespace();
      return spec.azureFile().secretName().equals(secretName)
          && (namespace == null ? claimNamespace : namespace).equals(secretNamespace);
    }
    if (spec.csi() != null) {
      return same(spec.csi().nodeStageSecretRef(), claimNamespace, wanted)
          || same(spec.csi().nodePublishSecretRef(), claimNamespace, wanted)
          || same(spec.csi().nodeExpandSecretRef(), claimNamespace, wanted)
          || same(spec.csi().controllerPublishSecretRef(), claimNamespace, wanted);
    }
    return (spec.cephfs() != null && same(spec.cephfs().secretRef(), claimNamespace, wanted))
        || (spec.flexVolume() != null
            && same(spec.flexVolume().secretRef(), claimNamespace, wanted))
        || (spec.rbd() != null && same(spec.rbd().secretRef(), claimNamespace, wanted))
        || (spec.scaleIO() != null && same(spec.scaleIO().secretRef(), claimNamespace, wanted))
        || (spec.iscsi() != null && same(spec.iscsi().secretRef(), claimNamespace, wanted))
        || (spec.cinder() != null && same(spec.cinder().secretRef(), claimNamespace, wanted));
  }

  private static boolean same(
      @Nullable SecretReference reference, String claimNamespace, SecretReference wanted) {
    if (reference == null) {
      return false;
    }
    var namespace = reference.namespace().isEmpty() ? claimNamespace : reference.namespace();
    return reference.withNamespace(namespace).equals(wanted);
  }

  private void addEnvironment(Iterable<EnvVar> variables, Iterable<EnvFromSource> sources) {
    for (var variable : variables) {
      var source = variable.valueFrom();
      if (source != null && source.secretKeyRef() != null) {
        add(secrets, source.secretKeyRef().name());
      }
      if (source != null && source.configMapKeyRef() != null) {
        add(configMaps, source.configMapKeyRef().name());
      }
    }
    for (var source : sources) {
      if (source.secretRef() != null) {
        add(secrets, source.secretRef().name());
      }
      if (source.configMapRef() != null) {
        add(configMaps, source.configMapRef().name());
      }
    }
  }

  private void addVolume(Pod pod, Volume volume) {
    if (volume.secret() != null) {
      add(secrets, volume.secret().secretName());
    }
    if (volume.configMap() != null) {
      add(configMaps, volume.configMap().name());
    }
    if (volume.persistentVolumeClaim() != null) {
      add(claims, volume.persistentVolumeClaim().claimName());
    }
    if (volume.ephemeral() != null) {
      add(claims, pod.metadata().name() + "-" + volume.name());
    }
    if (volume.projected() != null) {
      volume.projected().sources().forEach(this::addProjection);
    }
    addDriverSecrets(volume);
  }

  private void addProjection(VolumeProjection projection) {
    if (projection.secret() != null) {
      add(secrets, projection.secret().name());
    }
    if (projection.configMap() != null) {
      add(configMaps, projection.configMap().name());
    }
  }

  private void addDriverSecrets(Volume volume) {
    if (volume.csi() != null && volume.csi().nodePublishSecretRef() != null) {
      add(secrets, volume.csi().nodePublishSecretRef().name());
    }
    if (volume.azureFile() != null) {
      add(secrets, volume.azureFile().secretName());
    }
    if (volume.cephfs() != null && volume.cephfs().secretRef() != null) {
      add(secrets, volume.cephfs().secretRef().name());
    }
    if (volume.cinder() != null && volume.cinder().secretRef() != null) {
      add(secrets, volume.cinder().secretRef().name());
    }
    if (volume.flexVolume() != null && volume.flexVolume().secretRef() != null) {
      add(secrets, volume.flexVolume().secretRef().name());
    }
    if (volume.rbd() != null && volume.rbd().secretRef() != null) {
      add(secrets, volume.rbd().secretRef().name());
    }
    if (volume.scaleIO() != null && volume.scaleIO().secretRef() != null) {
      add(secrets, volume.scaleIO().secretRef().name());
    }
    if (volume.iscsi() != null && volume.iscsi().secretRef() != null) {
      add(secrets, volume.iscsi().secretRef().name());
    }
    if (volume.storageos() != null && volume.storageos().secretRef() != null) {
      add(secrets, volume.storageos().secretRef().name());
    }
  }

  private void add(Set<String> names, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      names.add(name);
    }
  }
}
