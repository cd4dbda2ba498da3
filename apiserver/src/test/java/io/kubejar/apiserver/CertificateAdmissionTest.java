package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.certificates.v1.CertificateSigningRequestCondition;
import io.kubejar.api.certificates.v1.CertificateSigningRequestSpec;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAdmissionTest {
  /// For `O=system:masters, CN=eve`.
  private static final String MASTERS =
      """
      -----BEGIN CERTIFICATE REQUEST-----
      MIHiMIGJAgEAMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQwwCgYDVQQDDANl
      dmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARaMYexYowJt62g9wEa4MBMFi4H
      183XQ2XyO6fOgcyEUMC+Rpi8vo05szFP0+yMCsFJ1jZMTNEXKZLqWGGdNAP2oAAw
      CgYIKoZIzj0EAwIDSAAwRQIgQ1yjMlw9XkxBVkAPjHRcFWk/XdQDlF8aSGatvMfO
      WiQCIQDbMBt5c7ge7NPSrhNP0ETtC9wcu6lH69HN9zmGfH04UA==
      -----END CERTIFICATE REQUEST-----
      """;

  /// For `O=dev, CN=jane`.
  private static final String DEVELOPER =
      """
      -----BEGIN CERTIFICATE REQUEST-----
      MIHXMH8CAQAwHTEMMAoGA1UECgwDZGV2MQ0wCwYDVQQDDARqYW5lMFkwEwYHKoZI
      zj0CAQYIKoZIzj0DAQcDQgAE/2WU6wiuQwFvIwudnkE+m6r/yMhZaPNelXGamOAi
      Z+dFe1mg+lkHXgC/G/mu1qVndz0WlyNuS7hDjGfZZDZdQKAAMAoGCCqGSM49BAMC
      A0gAMEUCIBC4iNq48yHoAf5LxpiNlcuTR5S41g8pq3ROilUwSI6vAiEAsAF5Dltf
      8FCpyx7t8w1Rai+rC5lJ30rlX0h/+wWTSKM=
      -----END CERTIFICATE REQUEST-----
      """;

  @Test
  void signsNobodyIntoTheMasters() throws InterruptedException {
    var world = World.started();

    assertThatThrownBy(
            () ->
                world.api.create(
                    CertificateSigningRequest.RESOURCE,
                    request(MASTERS, "kubernetes.io/kube-apiserver-client")))
        .hasMessageEndingWith(
            "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not"
                + " allowed");
  }

  @Test
  void letsOnlyThoseApproveWhoMayDoSoForTheSigner() throws InterruptedException {
    var world = World.started();
    var created =
        world.api.create(
            CertificateSigningRequest.RESOURCE, request(DEVELOPER, "example.com/signer"));
    may(world, "jane", "certificates.k8s.io", "certificatesigningrequests/approval", "update");
    var jane = world.server.api(UserInfo.of("jane"), "test");
    var condition =
        CertificateSigningRequestCondition.EMPTY.withType("Approved").withStatus("True");
    var approved = created.withStatus(created.status().withConditions(List.of(condition)));

    assertThatThrownBy(
            () -> jane.updateSubresource(CertificateSigningRequest.RESOURCE, approved, "approval"))
        .hasMessageEndingWith(
            "user not permitted to approve requests with signerName \"example.com/signer\"");
  }

  private static void may(World world, String user, String group, String resource, String verb)
      throws InterruptedException {
    var metadata = ObjectMeta.EMPTY.withName("grant");
    world.api.create(
        ClusterRole.RESOURCE,
        ClusterRole.EMPTY
            .withMetadata(metadata)
            .withRules(
                List.of(
                    PolicyRule.EMPTY
                        .withVerbs(List.of(verb))
                        .withApiGroups(List.of(group))
                        .withResources(List.of(resource)))));
    world.api.create(
        ClusterRoleBinding.RESOURCE,
        ClusterRoleBinding.EMPTY
            .withMetadata(metadata)
            .withRoleRef(
                RoleRef.EMPTY
                    .withApiGroup("rbac.authorization.k8s.io")
                    .withKind("ClusterRole")
                    .withName("grant"))
            .withSubjects(
                List.of(
                    Subject.EMPTY
                        .withKind("User")
                        .withApiGroup("rbac.authorization.k8s.io")
                        .withName(user))));
  }

  /// A request of a developer to a signer that does not matter.
  static CertificateSigningRequest anyRequest() {
    return request(DEVELOPER, "example.com/signer");
  }

  private static CertificateSigningRequest request(String pem, String signer) {
    return CertificateSigningRequest.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName("csr"))
        .withSpec(
            CertificateSigningRequestSpec.EMPTY
                .withRequest(Bytes.utf8(pem))
                .withSignerName(signer)
                .withUsages(List.of("client auth")));
  }
}
