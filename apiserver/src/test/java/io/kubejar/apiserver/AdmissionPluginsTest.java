package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressBackend;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.IngressClassSpec;
import io.kubejar.api.networking.v1.IngressServiceBackend;
import io.kubejar.api.networking.v1.IngressSpec;
import io.kubejar.api.networking.v1.ServiceBackendPort;
import io.kubejar.api.node.v1.Overhead;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.node.v1.Scheduling;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.admission.PluginSettings;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionPluginsTest {
  private static final ObjectMeta NAMED = ObjectMeta.EMPTY.withName("x");

  @Test
  void givesPodsWhatTheirRuntimeClassSettles() throws InterruptedException {
    var world = World.started();
    var toleration = Toleration.EMPTY.withKey("vm").withOperator("Exists");
    world.api.create(
        RuntimeClass.RESOURCE,
        RuntimeClass.EMPTY
            .withMetadata(NAMED)
            .withHandler("vm")
            .withOverhead(new Overhead(Map.of("memory", Quantity.parse("64Mi"))))
            .withScheduling(new Scheduling(Map.of("vm", "yes"), List.of(toleration))));
    var pod = World.pod("p");

    var created =
        world.api.create(Pod.RESOURCE, pod.withSpec(pod.spec().withRuntimeClassName("x")));

    assertThat(created.spec().overhead()).containsEntry("memory", Quantity.parse("64Mi"));
    assertThat(created.spec().nodeSelector()).containsEntry("vm", "yes");
    assertThat(created.spec().tolerations()).contains(toleration);
  }

  @Test
  void refusesPodsOfUnknownRuntimeClasses() throws InterruptedException {
    var world = World.started();
    var pod = World.pod("p");

    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE, pod.withSpec(pod.spec().withRuntimeClassName("none"))))
        .hasMessage("pods \"p\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
  }

  @Test
  void refusesOverheadThatNoRuntimeClassSettles() throws InterruptedException {
    var world = World.started();
    var pod = World.pod("p");
    var overhead = Map.of("cpu", Quantity.of(1));

    assertThatThrownBy(
            () -> world.api.create(Pod.RESOURCE, pod.withSpec(pod.spec().withOverhead(overhead))))
        .hasMessageEndingWith(
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
  }

  @Test
  void givesBoundPodsTheZoneOfTheirNode() throws InterruptedException {
    var world = World.started();
    var labels = Map.of("topology.kubernetes.io/zone", "z1", "other", "label");
    world.api.create(Node.RESOURCE, Node.EMPTY.withMetadata(NAMED.withLabels(labels)));
    world.api.create(Pod.RESOURCE, World.pod("p"));
    var key = new ObjectKey("default", "p");
    var binding =
        Binding.EMPTY
            .withMetadata(World.named("p"))
            .withTarget(ObjectReference.EMPTY.withKind("Node").withName("x"));

    world.api.createSubresource(Pod.RESOURCE, key, "binding", binding);

    assertThat(world.api.get(Pod.RESOURCE, key).metadata().labels())
        .isEqualTo(Map.of("topology.kubernetes.io/zone", "z1"));
  }

  @Test
  void givesIngressesTheDefaultClass() throws InterruptedException {
    var world = World.started();
    var annotations = Map.of("ingressclass.kubernetes.io/is-default-class", "true");
    world.api.create(
        IngressClass.RESOURCE,
        IngressClass.EMPTY
            .withMetadata(NAMED.withAnnotations(annotations))
            .withSpec(IngressClassSpec.EMPTY.withController("example.com/ingress")));
    var backend =
        IngressBackend.EMPTY.withService(
            IngressServiceBackend.EMPTY
                .withName("s")
                .withPort(ServiceBackendPort.EMPTY.withNumber(80)));

    var created =
        world.api.create(
            Ingress.RESOURCE,
            Ingress.EMPTY
                .withMetadata(World.named("i"))
                .withSpec(IngressSpec.EMPTY.withDefaultBackend(backend)));

    assertThat(created.spec().ingressClassName()).isEqualTo("x");
  }

  @Test
  void letsOnlyOnePriorityClassBeTheDefault() throws InterruptedException {
    var world = World.started();
    var first = PriorityClass.EMPTY.withMetadata(NAMED).withGlobalDefault(true).withValue(5);
    world.api.create(PriorityClass.RESOURCE, first);

    assertThatThrownBy(
            () ->
                world.api.create(
                    PriorityClass.RESOURCE, first.withMetadata(ObjectMeta.EMPTY.withName("y"))))
        .hasMessage(
            "priorityclasses.scheduling.k8s.io \"y\" is forbidden: PriorityClass x is already"
                + " marked as default. Only one default can exist");
  }

  @Test
  void leavesOutWhatIsSwitchedOff() throws InterruptedException {
    var world = new World();
    var admission =
        new AdmissionOptions(Set.of(), Set.of("ServiceAccount"), PluginSettings.DEFAULT);
    var options =
        ApiServerOptions.of(world.store, world.clock, new Random(1)).withAdmission(admission);
    var server = new ApiServer(options);
    server.start();
    var api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");

    // No account is there, and none is looked for.
    assertThat(api.create(Pod.RESOURCE, World.pod("p")).spec().serviceAccountName()).isEmpty();
  }

  @Test
  void knowsTheNamesOfItsPlugins() {
    assertThatThrownBy(
            () -> new AdmissionOptions(Set.of("Nonsense"), Set.of(), PluginSettings.DEFAULT))
        .hasMessage("enable-admission-plugins plugin \"Nonsense\" is unknown");
  }
}
