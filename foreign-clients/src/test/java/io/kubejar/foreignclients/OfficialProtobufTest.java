package io.kubejar.foreignclients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.proto.Meta.ObjectMeta;
import io.kubernetes.client.proto.V1.ConfigMap;
import io.kubernetes.client.proto.V1.ConfigMapList;
import io.kubernetes.client.proto.V1.Container;
import io.kubernetes.client.proto.V1.Namespace;
import io.kubernetes.client.proto.V1.NamespaceList;
import io.kubernetes.client.proto.V1.NamespaceSpec;
import io.kubernetes.client.proto.V1.PodSpec;
import io.kubernetes.client.proto.V1.PodTemplateSpec;
import io.kubernetes.client.proto.V1.Secret;
import io.kubernetes.client.proto.V1.Service;
import io.kubernetes.client.proto.V1.ServicePort;
import io.kubernetes.client.proto.V1.ServiceSpec;
import io.kubernetes.client.proto.V1Apps.Deployment;
import io.kubernetes.client.proto.V1Apps.DeploymentList;
import io.kubernetes.client.proto.V1Apps.DeploymentSpec;
import io.kubernetes.client.proto.V1Rbac.PolicyRule;
import io.kubernetes.client.proto.V1Rbac.Role;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.StringReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The official Java client with protobuf on the wire: its classes come from upstream's own
/// descriptions of the messages, so that a wrong field number of ours cannot go unseen.
@ExtendWith(SharedServer.class)
@Timeout(60)
final class OfficialProtobufTest {
  private final ProtoClient client;
  private final String namespace;

  OfficialProtobufTest(StartedServer server) throws Exception {
    var config = KubeConfig.loadKubeConfig(new StringReader(server.kubeconfig()));
    client = new ProtoClient(ClientBuilder.kubeconfig(config).build());
    namespace = server.newName("protobuf");
  }

  @BeforeEach
  void makeNamespace() throws Exception {
    var made =
        create(
            Namespace.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().setName(namespace))
                .setSpec(NamespaceSpec.newBuilder())
                .build(),
            "/api/v1/namespaces",
            "v1",
            "Namespace");
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    assertThat(made.getStatus().getPhase()).isEqualTo("Active");
  }

  private <T extends Message> T create(T object, String path, String version, String kind)
      throws Exception {
    var answer = client.create(object, path, version, kind);
    assertThat(answer.status).isNull();
    return answer.object;
  }

  private String core(String resource) {
    return "/api/v1/namespaces/" + namespace + "/" + resource;
  }

  @Test
  void listsWhatIsThere() throws Exception {
    ProtoClient.ObjectOrStatus<NamespaceList> list =
        client.list(NamespaceList.newBuilder(), "/api/v1/namespaces");
    assertThat(list.object.getItemsList())
        .extracting(it -> it.getMetadata().getName())
        .contains("default", "kube-system", namespace);
    assertThat(list.object.getMetadata().getResourceVersion()).isNotEmpty();
  }

  @Test
  void createsReadsUpdatesAndDeletesConfigMaps() throws Exception {
    var made =
        create(
            ConfigMap.newBuilder().setMetadata(named("a")).putData("key", "1").build(),
            core("configmaps"),
            "v1",
            "ConfigMap");
    var wanted = made.toBuilder().putData("key", "2").build();
    ProtoClient.ObjectOrStatus<ConfigMap> updated =
        client.update(wanted, core("configmaps/a"), "v1", "ConfigMap");
    assertThat(updated.object.getDataMap()).containsEntry("key", "2");
    ProtoClient.ObjectOrStatus<ConfigMap> read =
        client.get(ConfigMap.newBuilder(), core("configmaps/a"));
    assertThat(read.object).isEqualTo(updated.object);
    assertThat(read.object.getMetadata().getManagedFieldsList()).isNotEmpty();
    ProtoClient.ObjectOrStatus<ConfigMapList> list =
        client.list(ConfigMapList.newBuilder(), core("configmaps"));
    assertThat(list.object.getItemsList()).contains(read.object);

    ProtoClient.ObjectOrStatus<ConfigMap> gone =
        client.delete(ConfigMap.newBuilder(), core("configmaps/a"));
    assertThat(gone.status.getStatus()).isEqualTo("Success");
    ProtoClient.ObjectOrStatus<ConfigMap> missing =
        client.get(ConfigMap.newBuilder(), core("configmaps/a"));
    assertThat(missing.object).isNull();
    assertThat(missing.status.getCode()).isEqualTo(404);
    assertThat(missing.status.getReason()).isEqualTo("NotFound");
    assertThat(missing.status.getDetails().getName()).isEqualTo("a");
  }

  @Test
  void givesOtherKindsTheirDefaults() throws Exception {
    var service =
        create(
            Service.newBuilder()
                .setMetadata(named("web"))
                .setSpec(
                    ServiceSpec.newBuilder()
                        .putSelector("app", "web")
                        .addPorts(ServicePort.newBuilder().setPort(80)))
                .build(),
            core("services"),
            "v1",
            "Service");
    assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
    assertThat(service.getSpec().getClusterIP()).isNotEmpty();
    assertThat(service.getSpec().getPorts(0).getTargetPort().getIntVal()).isEqualTo(80);

    var secret =
        create(
            Secret.newBuilder().setMetadata(named("s")).putStringData("user", "root").build(),
            core("secrets"),
            "v1",
            "Secret");
    assertThat(secret.getType()).isEqualTo("Opaque");
    assertThat(secret.getDataOrThrow("user").toStringUtf8()).isEqualTo("root");

    var role =
        create(
            Role.newBuilder()
                .setMetadata(named("reader"))
                .addRules(
                    PolicyRule.newBuilder().addApiGroups("").addResources("pods").addVerbs("get"))
                .build(),
            "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/roles",
            "rbac.authorization.k8s.io/v1",
            "Role");
    assertThat(role.getRules(0).getResourcesList()).containsExactly("pods");
  }

  @Test
  void createsAndListsDeployments() throws Exception {
    var path = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
    var labels = java.util.Map.of("app", "web");
    var selector =
        io.kubernetes.client.proto.Meta.LabelSelector.newBuilder().putAllMatchLabels(labels);
    var template =
        PodTemplateSpec.newBuilder()
            .setMetadata(ObjectMeta.newBuilder().putAllLabels(labels))
            .setSpec(
                PodSpec.newBuilder()
                    .addContainers(Container.newBuilder().setName("c").setImage("busybox")));
    var made =
        create(
            Deployment.newBuilder()
                .setMetadata(named("web"))
                .setSpec(
                    DeploymentSpec.newBuilder()
                        .setReplicas(0)
                        .setSelector(selector)
                        .setTemplate(template))
                .build(),
            path,
            "apps/v1",
            "Deployment");
    assertThat(made.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getStrVal())
        .isEqualTo("25%");
    assertThat(made.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Always");
    ProtoClient.ObjectOrStatus<DeploymentList> list =
        client.list(DeploymentList.newBuilder(), path);
    assertThat(list.object.getItemsList())
        .singleElement()
        .satisfies(
            it -> assertThat(it.getMetadata().getUid()).isEqualTo(made.getMetadata().getUid()));
  }

  @Test
  void hearsWhatIsWrong() throws Exception {
    ProtoClient.ObjectOrStatus<Service> refused =
        client.create(
            Service.newBuilder().setMetadata(named("Not_A_Name")).build(),
            core("services"),
            "v1",
            "Service");
    assertThat(refused.status.getCode()).isEqualTo(422);
    assertThat(refused.status.getReason()).isEqualTo("Invalid");
    assertThat(refused.status.getDetails().getCausesList())
        .extracting(it -> it.getField())
        .contains("metadata.name");
  }

  private static ObjectMeta named(String name) {
    return ObjectMeta.newBuilder().setName(name).build();
  }
}
