package io.kubejar.controllers.volumeprotection;

import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimVolumeSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeProtectionTest {
  private final World world = new World(new ClaimProtection(), new VolumeProtection());

  @Test
  void protectsClaimsAndVolumesThatCameWithoutAFinalizer() throws InterruptedException {
    claim("data");
    volume("disk", "Available");
    world.settle();

    assertThat(world.get(PersistentVolumeClaim.RESOURCE, "default", "data").metadata().finalizers())
        .containsExactly("kubernetes.io/pvc-protection");
    assertThat(world.get(PersistentVolume.RESOURCE, "", "disk").metadata().finalizers())
        .containsExactly("kubernetes.io/pv-protection");
  }

  @Test
  void removesWhatNobodyUses() throws InterruptedException {
    claim("data");
    volume("disk", "Available");
    world.settle();
    world.delete(PersistentVolumeClaim.RESOURCE, "default", "data");
    world.delete(PersistentVolume.RESOURCE, "", "disk");
    world.settle();

    assertThat(world.list(PersistentVolumeClaim.RESOURCE)).isEmpty();
    assertThat(world.list(PersistentVolume.RESOURCE)).isEmpty();
  }

  @Test
  void keepsAClaimUntilThePodThatUsesItIsGone() throws InterruptedException {
    claim("data");
    var pod = running("user", "10.0.0.1", true);
    world.create(Pod.RESOURCE, pod.withSpec(pod.spec().withVolumes(List.of(of("data")))));
    world.settle();
    world.delete(PersistentVolumeClaim.RESOURCE, "default", "data");
    world.settle();
    assertThat(world.list(PersistentVolumeClaim.RESOURCE)).hasSize(1);

    world.delete(Pod.RESOURCE, "default", "user");
    world.runPods();
    assertThat(world.list(PersistentVolumeClaim.RESOURCE)).isEmpty();
  }

  @Test
  void doesNotWaitForAPodWithoutANode() throws InterruptedException {
    claim("data");
    var pod = running("waiting", "10.0.0.1", true);
    var spec = pod.spec().withVolumes(List.of(of("data"))).withNodeName("");
    world.create(Pod.RESOURCE, pod.withSpec(spec));
    world.settle();
    world.delete(PersistentVolumeClaim.RESOURCE, "default", "data");
    world.settle();

    assertThat(world.list(PersistentVolumeClaim.RESOURCE)).isEmpty();
  }

  @Test
  void keepsAVolumeUntilItIsBoundNoMore() throws InterruptedException {
    volume("disk", "Bound");
    world.settle();
    world.delete(PersistentVolume.RESOURCE, "", "disk");
    world.settle();
    assertThat(world.list(PersistentVolume.RESOURCE)).hasSize(1);

    var disk = world.get(PersistentVolume.RESOURCE, "", "disk");
    world.api.updateStatus(
        PersistentVolume.RESOURCE, disk.withStatus(disk.status().withPhase("Released")));
    world.settle();
    assertThat(world.list(PersistentVolume.RESOURCE)).isEmpty();
  }

  private void claim(String name) {
    var metadata = ObjectMeta.EMPTY.withNamespace("default").withName(name);
    world.create(
        PersistentVolumeClaim.RESOURCE, PersistentVolumeClaim.EMPTY.withMetadata(metadata));
  }

  private void volume(String name, String phase) {
    var disk = PersistentVolume.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name));
    world.create(PersistentVolume.RESOURCE, disk.withStatus(disk.status().withPhase(phase)));
  }

  private static Volume of(String claim) {
    var source = PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(claim);
    return Volume.EMPTY.withName("v").withPersistentVolumeClaim(source);
  }
}
