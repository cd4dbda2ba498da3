package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.certificates.v1.CertificateSigningRequestCondition;
import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSchedulingGate;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.strategy.SelectableFields;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What subresources may change, and by which fields objects are selected.
class SubresourcesTest {
  private static final ObjectKey POD = new ObjectKey("default", "p");

  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void bindsAPodAndAddsWhatTheBindingSays() throws Exception {
    var wanted = World.pod("p");
    var made =
        world.api.create(
            Pod.RESOURCE, wanted.withMetadata(wanted.metadata().withLabels(Map.of("a", "own"))));
    world.api.updateSubresource(
        Pod.RESOURCE, made.withStatus(made.status().withNominatedNodeName("n")), "status");
    bind(
        binding("n")
            .withMetadata(
                World.named("p")
                    .withLabels(Map.of("a", "given", "b", "given"))
                    .withAnnotations(Map.of("c", "d"))));
    var bound = world.api.get(Pod.RESOURCE, POD);

    assertThat(bound.spec().nodeName()).isEqualTo("n");
    assertThat(bound.metadata().labels()).isEqualTo(Map.of("a", "given", "b", "given"));
    assertThat(bound.metadata().generation()).isEqualTo(1);
    assertThat(bound.status().nominatedNodeName()).isEmpty();
    assertThat(bound.metadata().annotations()).containsEntry("c", "d");
    assertThat(bound.status().conditions())
        .singleElement()
        .satisfies(it -> assertThat(it.type() + "=" + it.status()).isEqualTo("PodScheduled=True"));
    assertThatThrownBy(() -> bind(binding("m")))
        .hasMessage(
            "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node"
                + " \"n\"");
  }

  @Test
  void bindsThePodThatIsMeant() throws Exception {
    var pod = world.api.create(Pod.RESOURCE, World.pod("p"));

    assertThatThrownBy(() -> bind(binding("n").withMetadata(World.named("p").withUid("u"))))
        .hasMessage(
            "Operation cannot be fulfilled on pods \"p\": StorageError: invalid object, Code: 4,"
                + " Key: /registry/pods/default/p, ResourceVersion: 0, AdditionalErrorMsg:"
                + " Precondition failed: UID in precondition: u, UID in object meta: "
                + pod.metadata().uid());
    assertThatThrownBy(
            () -> bind(binding("n").withMetadata(World.named("p").withResourceVersion("1"))))
        .hasMessageContaining("Precondition failed: ResourceVersion in precondition: 1,");
    assertThatThrownBy(() -> bind(binding("n").withMetadata(World.named("q"))))
        .hasMessage("name in URL does not match name in Binding object");
    assertThatThrownBy(() -> bind(binding(""))).hasMessage("target.name: Required value");
  }

  @Test
  void bindsNoPodThatWaitsForAGate() throws Exception {
    var wanted = World.pod("p");
    var gate = PodSchedulingGate.EMPTY.withName("example.com/g");
    world.api.create(
        Pod.RESOURCE, wanted.withSpec(wanted.spec().withSchedulingGates(List.of(gate))));

    assertThatThrownBy(() -> bind(binding("n")))
        .hasMessageContaining("pod p has non-empty .spec.schedulingGates");
  }

  @Test
  void bindsThroughTheOldPathToo() throws Exception {
    try (var server = TestServer.start()) {
      var http = Http.as(server, "admin", UserInfo.MASTERS_GROUP);
      http.post(
          "/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
      http.post(
          "/api/v1/namespaces/default/pods",
          """
          {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
          """);
      var bound =
          http.post(
              "/api/v1/namespaces/default/bindings",
              "{\"metadata\":{\"name\":\"p\"},\"target\":{\"name\":\"n\"}}");
      var pod = Http.json(http.get("/api/v1/namespaces/default/pods/p"));

      assertThat(bound.statusCode()).isEqualTo(201);
      assertThat(pod.object("spec").text("nodeName")).isEqualTo("n");
    }
  }

  private void bind(Binding binding) throws InterruptedException {
    world.api.createSubresource(Pod.RESOURCE, POD, "binding", binding);
  }

  private static Binding binding(String node) {
    return Binding.EMPTY
        .withMetadata(World.named("p"))
        .withTarget(ObjectReference.EMPTY.withKind("Node").withName(node));
  }

  @Test
  void aStatusOfAKindThatReportsItAloneLeavesTheLabels() throws Exception {
    var key = ObjectKey.clusterScoped("kubernetes");
    var range = world.api.get(ServiceCIDR.RESOURCE, key);
    var labelled = range.withMetadata(range.metadata().withLabels(Map.of("a", "b")));

    assertThat(
            world
                .api
                .updateSubresource(ServiceCIDR.RESOURCE, labelled, "status")
                .metadata()
                .labels())
        .isEmpty();
  }

  @Test
  void keepsTheGenerationThatAStatusSpokeOf() throws Exception {
    var pod = world.api.create(Pod.RESOURCE, World.pod("p"));
    var told =
        world.api.updateSubresource(
            Pod.RESOURCE, pod.withStatus(pod.status().withObservedGeneration(1)), "status");
    var silent =
        world.api.updateSubresource(
            Pod.RESOURCE,
            told.withStatus(told.status().withObservedGeneration(0).withMessage("m")),
            "status");

    assertThat(silent.status().message()).isEqualTo("m");
    assertThat(silent.status().observedGeneration()).isEqualTo(1);
  }

  @Test
  void fillsInWhenASigningRequestWasDecidedOn() throws Exception {
    var stored =
        world.api.create(CertificateSigningRequest.RESOURCE, CertificateAdmissionTest.anyRequest());
    var approved =
        CertificateSigningRequestCondition.EMPTY
            .withType("Approved")
            .withStatus("True")
            .withReason("R");
    var decided =
        world.api.updateSubresource(
            CertificateSigningRequest.RESOURCE,
            stored.withStatus(stored.status().withConditions(List.of(approved))),
            "approval");
    var condition = decided.status().conditions().getFirst();

    assertThat(condition.lastUpdateTime()).isEqualTo(world.clock.instant());
    assertThat(condition.lastTransitionTime()).isEqualTo(world.clock.instant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pods | spec.foo | field label not supported: spec.foo
          pods | spec.nodeName |
          pods | spec.host |
          pods | status.podIPs |
          nodes | spec.unschedulable |
          nodes | metadata.namespace | field label not supported: metadata.namespace
          namespaces | status.phase |
          namespaces | metadata.namespace | field label not supported: metadata.namespace
          secrets | type |
          secrets | data | field label not supported: data
          services | spec.type |
          replicationcontrollers | status.replicas |
          replicasets.apps | status.replicas | "status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"
          jobs.batch | status.successful |
          jobs.batch | spec.foo | field label "spec.foo" not supported for Job
          events | involvedObject.uid |
          certificatesigningrequests.certificates.k8s.io | spec.signerName |
          certificatesigningrequests.certificates.k8s.io | metadata.namespace | field label not supported: metadata.namespace
          resourceslices.resource.k8s.io | spec.driver |
          resourceslices.resource.k8s.io | spec.pool.name | field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: spec.pool.name
          configmaps | data | "data" is not a known field selector: only "metadata.name", "metadata.namespace"
          clusterroles.rbac.authorization.k8s.io | metadata.namespace |
          """)
  void selectableFields(String resource, String field, String refusal) {
    var type =
        BuiltInResources.all().stream()
            .filter(it -> it.groupResource().toString().equals(resource))
            .findFirst()
            .orElseThrow();

    if (refusal == null) {
      SelectableFields.check(type, field);
    } else {
      assertThatThrownBy(() -> SelectableFields.check(type, field)).hasMessage(refusal);
    }
  }
}
