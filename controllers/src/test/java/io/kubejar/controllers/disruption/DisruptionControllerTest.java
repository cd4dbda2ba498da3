package io.kubejar.controllers.disruption;

import static io.kubejar.controllers.testing.Objects.LABELS;
import static io.kubejar.controllers.testing.Objects.named;
import static io.kubejar.controllers.testing.Objects.pod;
import static io.kubejar.controllers.testing.Objects.replicaSet;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.api.policy.v1.PodDisruptionBudgetSpec;
import io.kubejar.api.policy.v1.PodDisruptionBudgetStatus;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisruptionControllerTest {
  private static final ResourceType<Unstructured> ROLLOUTS =
      UnstructuredTypes.of(new GroupVersionKind("example.com", "v1", "Rollout"), "rollouts", true);

  private final World world = new World(new DisruptionController());

  @Test
  void countsThePodsThatItSelects() throws InterruptedException {
    budget(PodDisruptionBudgetSpec.EMPTY.withMinAvailable(IntOrString.of(1)));
    world.settle();
    assertThat(status().disruptionsAllowed()).isZero();
    assertThat(status().observedGeneration()).isEqualTo(1);
    assertThat(reason()).isEqualTo("InsufficientPods");
    world.runtime.runUntilIdle(1000);

    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.create(Pod.RESOURCE, running("b", "10.0.0.2", true));
    world.create(Pod.RESOURCE, running("c", "10.0.0.3", false));
    world.settle();

    assertThat(status().expectedPods()).isEqualTo(3);
    assertThat(status().currentHealthy()).isEqualTo(2);
    assertThat(status().desiredHealthy()).isEqualTo(1);
    assertThat(status().disruptionsAllowed()).isEqualTo(1);
    assertThat(reason()).isEqualTo("SufficientPods");
  }

  @Test
  void takesPartsOfWhatADeploymentWantsThroughItsReplicaSet() throws InterruptedException {
    var deployment =
        world.create(
            Deployment.RESOURCE,
            Deployment.EMPTY
                .withMetadata(named("web"))
                .withSpec(Deployment.EMPTY.spec().withReplicas(10)));
    var set = replicaSet("web-1", 3);
    set =
        world.create(
            ReplicaSet.RESOURCE,
            set.withMetadata(
                set.metadata().withOwnerReferences(List.of(ControllerRefs.to(deployment)))));
    world.create(Pod.RESOURCE, owned(running("a", "10.0.0.1", true), set));
    budget(PodDisruptionBudgetSpec.EMPTY.withMaxUnavailable(IntOrString.of("25%")));
    world.settle();

    assertThat(status().expectedPods()).isEqualTo(10);
    assertThat(status().desiredHealthy()).isEqualTo(7); // 25 % of 10, rounded up, may be missing.
  }

  @Test
  void asksTheScaleOfCustomKinds() throws InterruptedException {
    world.create(CustomResourceDefinition.RESOURCE, definition("subresources: {scale: {}}"));
    var rollout = world.create(ROLLOUTS, rollout());
    world.create(Pod.RESOURCE, owned(running("a", "10.0.0.1", true), rollout));
    budget(PodDisruptionBudgetSpec.EMPTY.withMinAvailable(IntOrString.of("50%")));
    world.settle();

    assertThat(status().expectedPods()).isEqualTo(5);
    assertThat(status().desiredHealthy()).isEqualTo(3);
  }

  @Test
  void allowsNothingWhereTheControllerHasNoScale() throws InterruptedException {
    world.create(CustomResourceDefinition.RESOURCE, definition(""));
    var owner =
        OwnerReference.builder()
            .apiVersion("example.com/v1")
            .kind("Rollout")
            .name("gone")
            .uid("u")
            .controller(true)
            .build();
    var pod = running("a", "10.0.0.1", true);
    world.create(
        Pod.RESOURCE, pod.withMetadata(pod.metadata().withOwnerReferences(List.of(owner))));
    budget(PodDisruptionBudgetSpec.EMPTY.withMaxUnavailable(IntOrString.of(1)));
    world.settle();

    assertThat(reason()).isEqualTo("SyncFailed");
    assertThat(status().conditions().getFirst().message())
        .isEqualTo("rollouts.example.com does not implement the scale subresource");
    assertThat(world.events("budget"))
        .anyMatch(
            it ->
                it.startsWith(
                    "CalculateExpectedPodCountFailed: Failed to calculate the number of expected"
                        + " pods: rollouts.example.com does not"));
  }

  @Test
  void namesAKindThatNobodyServes() throws InterruptedException {
    var set = replicaSet("web", 1);
    var pod = running("a", "10.0.0.1", true);
    var owner = ControllerRefs.to(set).toBuilder().apiVersion("other/v2").kind("Foo").build();
    world.create(
        Pod.RESOURCE, pod.withMetadata(pod.metadata().withOwnerReferences(List.of(owner))));
    budget(PodDisruptionBudgetSpec.EMPTY.withMaxUnavailable(IntOrString.of(1)));
    world.settle();

    assertThat(status().conditions().getFirst().message())
        .isEqualTo("no matches for kind \"Foo\" in version \"other/v2\"");
  }

  @Test
  void leavesPodsOfNobodyOutOfTheSumAndSaysSo() throws InterruptedException {
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    budget(PodDisruptionBudgetSpec.EMPTY.withMaxUnavailable(IntOrString.of(1)));
    world.settle();

    assertThat(status().expectedPods()).isZero();
    assertThat(status().disruptionsAllowed()).isZero();
    assertThat(world.events("budget"))
        .anyMatch(it -> it.startsWith("UnmanagedPods: Pods selected by this PodDisruptionBudget"));
  }

  @Test
  void saysThatItSelectsNothing() throws InterruptedException {
    budget(PodDisruptionBudgetSpec.EMPTY.withMinAvailable(IntOrString.of(1)));
    world.settle();

    assertThat(world.events("budget")).contains("NoPods: No matching pods found");
  }

  @Test
  void givesUpOnAnEvictionThatDeletedNothing() throws InterruptedException {
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    budget(PodDisruptionBudgetSpec.EMPTY.withMinAvailable(IntOrString.of(0)));
    world.settle();
    var budget = world.get(PodDisruptionBudget.RESOURCE, "default", "budget");
    world.api.updateStatus(
        PodDisruptionBudget.RESOURCE,
        budget.withStatus(budget.status().withDisruptedPods(Map.of("a", VirtualClock.START))));
    world.settle();
    assertThat(status().currentHealthy()).isZero();

    world.pass(Duration.ofMinutes(2));

    assertThat(status().currentHealthy()).isEqualTo(1);
    assertThat(status().disruptedPods()).isEmpty();
    assertThat(world.events("a")).anyMatch(it -> it.startsWith("NotDeleted: "));
  }

  @Test
  void takesBackTheMarkOfAPodThatWasNotDeleted() throws InterruptedException {
    world.create(Pod.RESOURCE, marked("evicted", "EvictionByEvictionAPI"));
    world.create(Pod.RESOURCE, marked("ended", "TerminationByKubelet"));
    world.pass(Duration.ofSeconds(119));
    assertThat(mark("evicted").status()).isEqualTo("True");

    world.pass(Duration.ofSeconds(1));

    assertThat(mark("evicted").status()).isEqualTo("False");
    assertThat(mark("evicted").reason()).isEmpty();
    assertThat(mark("evicted").lastTransitionTime())
        .isEqualTo(VirtualClock.START.plus(Duration.ofMinutes(2)));
    assertThat(mark("ended").status()).isEqualTo("True");
  }

  @Test
  void warnsOfAPodWithTwoBudgetsAndCountsItInBoth() throws InterruptedException {
    var spec = PodDisruptionBudgetSpec.EMPTY.withMinAvailable(IntOrString.of(0));
    budget(spec);
    budget("second", spec);
    world.settle();
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.settle();

    assertThat(world.list(PodDisruptionBudget.RESOURCE))
        .hasSize(2)
        .allMatch(it -> it.status().currentHealthy() == 1);
    assertThat(world.events("a"))
        .anyMatch(it -> it.startsWith("MultiplePodDisruptionBudgets: Pod \"default\"/\"a\" "));
  }

  private void budget(PodDisruptionBudgetSpec spec) {
    budget("budget", spec);
  }

  private void budget(String name, PodDisruptionBudgetSpec spec) {
    world.create(
        PodDisruptionBudget.RESOURCE,
        PodDisruptionBudget.EMPTY
            .withMetadata(named(name))
            .withSpec(spec.withSelector(LabelSelector.EMPTY.withMatchLabels(LABELS))));
  }

  private PodDisruptionBudgetStatus status() {
    return world.get(PodDisruptionBudget.RESOURCE, "default", "budget").status();
  }

  private String reason() {
    assertThat(status().conditions()).hasSize(1);
    return status().conditions().getFirst().reason();
  }

  private PodCondition mark(String pod) {
    var conditions = world.get(Pod.RESOURCE, "default", pod).status().conditions();
    return conditions.stream()
        .filter(it -> it.type().equals("DisruptionTarget"))
        .findFirst()
        .orElseThrow();
  }

  private static Pod marked(String name, String reason) {
    var pod = pod(name);
    var condition =
        PodCondition.EMPTY
            .withType("DisruptionTarget")
            .withStatus("True")
            .withReason(reason)
            .withLastTransitionTime(VirtualClock.START);
    return pod.withStatus(pod.status().withPhase("Running").withConditions(List.of(condition)));
  }

  private static Pod owned(Pod pod, KubernetesObject owner) {
    return pod.withMetadata(pod.metadata().withOwnerReferences(List.of(ControllerRefs.to(owner))));
  }

  private static Unstructured rollout() {
    return ROLLOUTS
        .codec()
        .fromTree(
            Yaml.parse(
                """
                apiVersion: example.com/v1
                kind: Rollout
                metadata: {name: web, namespace: default}
                spec: {replicas: 5}
                """));
  }

  private static CustomResourceDefinition definition(String subresources) {
    return CustomResourceDefinition.CODEC.fromTree(
        Yaml.parse(
            """
            metadata: {name: rollouts.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {kind: Rollout, plural: rollouts}
              versions:
              - name: v1
                served: true
                storage: true
                %s
            status:
              acceptedNames: {kind: Rollout, plural: rollouts}
              conditions: [{type: Established, status: "True"}]
            """
                .formatted(subresources)));
  }
}
