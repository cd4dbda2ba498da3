package io.kubejar.controllers.statefulset;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.Objects;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who owns a claim, for every policy.
class ClaimRetentionTest {
  private static final StatefulSet SET = Sets.set(1);
  private static final Pod WANTED = Objects.pod("web-0");
  private static final Pod TOO_MANY = Objects.pod("web-1");

  @ParameterizedTest
  @CsvSource({
    "false, false, web-0, ''",
    "false, false, web-1, ''",
    "true, false, web-0, uid-web",
    "true, false, web-1, uid-web",
    "false, true, web-0, ''",
    "false, true, web-1, uid-web-1",
    "true, true, web-0, uid-web",
    "true, true, web-1, uid-web-1",
  })
  void aClaimGoesWithWhomThePolicySays(
      boolean whenDeleted, boolean whenScaled, String name, String owner) {
    var retention = new ClaimRetention(whenDeleted, whenScaled);
    var pod = Objects.pod(name);
    for (var before : List.of(claim(), ownedBy(SET), ownedBy(pod))) {
      var after = retention.withOwners(before, SET, pod);

      assertThat(after.metadata().ownerReferences())
          .extracting(OwnerReference::uid)
          .isEqualTo(owner.isEmpty() ? List.of() : List.of(owner));
      assertThat(retention.isUpToDate(after, SET, pod)).isTrue();
      assertThat(retention.isUpToDate(before, SET, pod)).isEqualTo(before.equals(after));
    }
  }

  @Test
  void aClaimOfAnEarlierPodIsLeftAloneAndBlocksTheNextOne() {
    var stale = ownedBy(WANTED.withMetadata(WANTED.metadata().withUid("earlier")));
    var retention = new ClaimRetention(false, true);

    assertThat(retention.isUpToDate(stale, SET, WANTED)).isTrue();
    assertThat(retention.blocks(List.of(stale), WANTED)).isTrue();
    assertThat(new ClaimRetention(true, false).blocks(List.of(stale), WANTED)).isFalse();
  }

  @Test
  void aClaimThatSomebodyElseControlsIsGivenUp() {
    var foreign = ownedBy(Objects.replicaSet("other", 1));
    var retention = new ClaimRetention(true, true);
    assertThat(retention.hasForeignController(foreign, SET, WANTED)).isTrue();
    assertThat(retention.isUpToDate(foreign, SET, WANTED)).isTrue();
    var both = ownedBy(Objects.replicaSet("other", 1), SET);

    assertThat(retention.isUpToDate(both, SET, WANTED)).isFalse();
    assertThat(retention.withOwners(both, SET, WANTED)).isEqualTo(foreign);
  }

  @Test
  void anOwnerThatDoesNotControlBecomesOneThatDoes() {
    var plain = ControllerRefs.to(SET).withController(null);
    var claim = claim().withMetadata(claim().metadata().withOwnerReferences(List.of(plain)));
    var retention = new ClaimRetention(true, false);

    assertThat(retention.isUpToDate(claim, SET, WANTED)).isFalse();
    assertThat(retention.withOwners(claim, SET, WANTED)).isEqualTo(ownedBy(SET));
  }

  @Test
  void withoutAPolicyForeignControllersAreNobodysBusiness() {
    var foreign = ownedBy(Objects.replicaSet("other", 1));

    assertThat(new ClaimRetention(false, false).hasForeignController(foreign, SET, TOO_MANY))
        .isFalse();
  }

  private static PersistentVolumeClaim ownedBy(KubernetesObject... owners) {
    var references = List.of(owners).stream().map(ControllerRefs::to).toList();
    return claim().withMetadata(claim().metadata().withOwnerReferences(references));
  }

  private static PersistentVolumeClaim claim() {
    return PersistentVolumeClaim.EMPTY.withMetadata(Objects.named("data-web-0"));
  }
}
