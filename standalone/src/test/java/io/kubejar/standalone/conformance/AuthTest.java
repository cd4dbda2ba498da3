package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;

/// Accounts, their tokens, and what somebody may do.
final class AuthTest {
  private static final String ACCOUNTS = "[sig-auth] ServiceAccounts ";

  @Conformance(ACCOUNTS + "should create a serviceAccountToken and ensure a successful TokenReview")
  void issuesATokenAndKnowsItAgain(Api api) throws Exception {
    var account = create(api, "e2e");
    var request =
        api.create(
            api.core("serviceaccounts/e2e/token"),
            """
            apiVersion: authentication.k8s.io/v1
            kind: TokenRequest
            spec: {}
            """);
    var token = text(request, "status.token");
    assertThat(token).isNotEmpty();

    var review =
        api.create(
            "/apis/authentication.k8s.io/v1/tokenreviews",
            "{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {token: '%s'}}"
                .formatted(token));
    assertThat(text(review, "status.error")).isEmpty();
    assertThat(text(review, "status.authenticated")).isEqualTo("true");
    assertThat(text(review, "status.user.username"))
        .isEqualTo("system:serviceaccount:" + api.namespace() + ":e2e");
    assertThat(text(review, "status.user.uid")).isEqualTo(text(account, "metadata.uid"));
  }

  @Conformance(ACCOUNTS + "should update a ServiceAccount")
  void changesAnAccount(Api api) throws Exception {
    var account =
        api.create(
            api.core("serviceaccounts"),
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: e2e},"
                + " automountServiceAccountToken: false}");
    assertThat(text(account, "automountServiceAccountToken")).isEqualTo("false");
    var path = api.core("serviceaccounts/e2e");
    var yes = JsonBoolean.TRUE;
    var updated = api.change(path, it -> Trees.with(it, "automountServiceAccountToken", yes));

    assertThat(text(updated, "automountServiceAccountToken")).isEqualTo("true");
    assertThat(text(api.get(path), "automountServiceAccountToken")).isEqualTo("true");
  }

  @Conformance(ACCOUNTS + "should run through the lifecycle of a ServiceAccount")
  void createsWatchesPatchesListsAndDeletesAnAccount(Api api) throws Exception {
    var collection = api.core("serviceaccounts");
    try (var watch = api.watch(collection, "labelSelector=test-serviceaccount-static%3Dtrue")) {
      var made =
          api.create(
              collection,
              """
              apiVersion: v1
              kind: ServiceAccount
              metadata: {name: testserviceaccount, labels: {test-serviceaccount-static: "true"}}
              """);
      assertThat(text(api.get(collection + "/testserviceaccount"), "metadata.uid"))
          .isEqualTo(text(made, "metadata.uid"));
      assertThat(watch.next("ADDED").name()).isEqualTo("testserviceaccount");
      var patched =
          api.patch(
              collection + "/testserviceaccount",
              Api.STRATEGIC_PATCH,
              "{\"automountServiceAccountToken\":false}");
      assertThat(text(patched, "automountServiceAccountToken")).isEqualTo("false");
      assertThat(Long.parseLong(text(patched, "metadata.resourceVersion")))
          .isGreaterThan(Long.parseLong(text(made, "metadata.resourceVersion")));
      assertThat(watch.next("MODIFIED").name()).isEqualTo("testserviceaccount");
      var everywhere =
          api.get("/api/v1/serviceaccounts?labelSelector=test-serviceaccount-static%3Dtrue");
      assertThat(items(everywhere, "items"))
          .anySatisfy(
              it -> {
                assertThat(text(it, "metadata.namespace")).isEqualTo(api.namespace());
                assertThat(text(it, "automountServiceAccountToken")).isEqualTo("false");
              });
      api.delete(collection + "?labelSelector=test-serviceaccount-static%3Dtrue");
      assertThat(watch.next("DELETED").name()).isEqualTo("testserviceaccount");
    }
    assertThat(names(api.get(collection))).doesNotContain("testserviceaccount");
  }

  @Conformance(ACCOUNTS + "should guarantee kube-root-ca.crt exist in any namespace")
  void keepsTheAuthorityInEveryNamespace(Api api) throws Exception {
    var collection = api.core("configmaps");
    var path = collection + "/kube-root-ca.crt";
    var first = api.await(collection, "kube-root-ca.crt", it -> has(it, "ca.crt"));
    var uid = text(first, "metadata.uid");
    api.delete(path);
    var again =
        api.await(collection, "kube-root-ca.crt", it -> !text(it, "metadata.uid").equals(uid));
    assertThat(has(again, "ca.crt")).isTrue();

    api.update(
        path,
        Trees.with(
                again.without("metadata"),
                "metadata",
                Trees.tree("{name: kube-root-ca.crt, namespace: %s}".formatted(api.namespace())))
            .with("data", Trees.tree("{ca.crt: ''}")));
    var restored =
        api.await(
            collection, "kube-root-ca.crt", it -> !it.object("data").text("ca.crt").isEmpty());
    assertThat(restored.object("data")).isEqualTo(first.object("data"));
  }

  private static boolean has(JsonObject configMap, String key) {
    return configMap.object("data").has(key);
  }

  @Conformance("[sig-auth] SubjectReview should support SubjectReview API operations")
  void answersWhatAnAccountMayDoAsItThenLetsItDo(Api api) throws Exception {
    var uid = text(create(api, "e2e"), "metadata.uid");
    var user = "system:serviceaccount:" + api.namespace() + ":e2e";
    var spec =
        """
        {resourceAttributes: {verb: list, resource: configmaps, namespace: %1$s, version: v1},
         user: '%2$s', uid: %3$s,
         groups: ['system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:%1$s']}
        """;
    var review =
        api.create(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: "
                + spec.formatted(api.namespace(), user, uid)
                + "}");
    var request =
        api.tryGet(
            api.core("configmaps"),
            "Impersonate-User",
            user,
            "Impersonate-Uid",
            uid,
            "Impersonate-Group",
            "system:authenticated",
            "Impersonate-Group",
            "system:serviceaccounts",
            "Impersonate-Group",
            "system:serviceaccounts:" + api.namespace());
    assertThat(request.code()).isIn(200, 403);
    var allowed = Boolean.toString(request.code() == 200);
    assertThat(text(review, "status.allowed")).isEqualTo(allowed);

    var local =
        api.create(
            api.path("authorization.k8s.io/v1", "localsubjectaccessreviews"),
            "{apiVersion: authorization.k8s.io/v1, kind: LocalSubjectAccessReview, metadata:"
                + " {namespace: %s}, spec: %s}"
                    .formatted(api.namespace(), spec.formatted(api.namespace(), "e2e", uid)));
    assertThat(text(local, "status.allowed")).isEqualTo(allowed);
  }

  @Conformance(ACCOUNTS + "should allow opting out of API token automount")
  void mountsTokensUnlessPodOrAccountSayNo(Api api) throws Exception {
    for (var account : new String[] {"default", "mount", "nomount"}) {
      if (!account.equals("default")) {
        var automount = account.equals("mount");
        api.create(
            api.core("serviceaccounts"),
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s},".formatted(account)
                + " automountServiceAccountToken: %s}".formatted(automount));
      }
      for (var choice : new String[] {"", "true", "false"}) {
        boolean expected = choice.isEmpty() ? !account.equals("nomount") : choice.equals("true");
        assertThat(mountsToken(api, account, choice)).as(account + choice).isEqualTo(expected);
      }
    }
  }

  private static boolean mountsToken(Api api, String account, String choice) throws Exception {
    var field = choice.isEmpty() ? "" : ", automountServiceAccountToken: " + choice;
    var pod =
        api.create(
            api.core("pods"),
            """
            {apiVersion: v1, kind: Pod, metadata: {generateName: pod-},
             spec: {serviceAccountName: %s, containers: [{name: c, image: busybox}]%s}}
            """
                .formatted(account, field));
    return items(pod, "spec.containers.0.volumeMounts").stream()
        .anyMatch(
            it -> it.text("mountPath").equals("/var/run/secrets/kubernetes.io/serviceaccount"));
  }

  @Conformance(
      "[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations")
  void takesSigningRequests(Api api) throws Exception {
    var operations =
        Operations.cluster(
            api,
            "certificates.k8s.io/v1",
            "certificatesigningrequests",
            """
            apiVersion: certificates.k8s.io/v1
            kind: CertificateSigningRequest
            spec:
              request: %s
              signerName: example.com/e2e-%s
              expirationSeconds: 3600
              usages: [digital signature, key encipherment, server auth]
            """
                .formatted(SigningRequest.pemInBase64(), api.suffix()));
    operations.requireInDiscovery("approval", "status");
    operations.requireAll();
    var name = operations.createThree();
    var one = operations.one(name);
    assertThat(text(api.get(one), "spec.expirationSeconds")).isEqualTo("3600");
    var mine = "/apis/certificates.k8s.io/v1/certificatesigningrequests?fieldSelector=";
    var selected = mine + Api.encoded("spec.signerName=example.com/e2e-" + api.suffix());
    assertThat(names(api.get(selected))).hasSize(3);
    approves(api, one);
    certifies(api, one);
    operations.requireDeletion(name);
    assertThat(names(api.get(selected))).isEmpty();
  }

  private static void approves(Api api, String one) throws Exception {
    var read = api.get(one + "/approval");
    assertThat(read.text("kind")).isEqualTo("CertificateSigningRequest");
    var patched =
        api.patch(
            one + "/approval",
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"patchedapproval":"true"}},
             "status":{"conditions":[{"type":"ApprovalPatch","status":"True","reason":"e2e"}]}}
            """);
    assertThat(items(patched, "status.conditions")).hasSize(1);
    assertThat(text(patched, "status.conditions.0.type")).isEqualTo("ApprovalPatch");
    assertThat(text(patched, "metadata.annotations.patchedapproval")).isEqualTo("true");
    var approved =
        api.update(
            one + "/approval",
            withCondition(
                patched, "{type: Approved, status: 'True', reason: E2E, message: set by a test}"));
    assertThat(items(approved, "status.conditions")).hasSize(2);
    assertThat(text(approved, "status.conditions.1.type")).isEqualTo("Approved");
  }

  private static void certifies(Api api, String one) throws Exception {
    assertThat(api.get(one + "/status").text("kind")).isEqualTo("CertificateSigningRequest");
    var certificate =
        Base64.getEncoder()
            .encodeToString(SigningRequest.certificate().getBytes(StandardCharsets.UTF_8));
    var patched =
        api.patch(
            one + "/status",
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"patchedstatus":"true"}},"status":{"certificate":"%s"}}
            """
                .formatted(certificate));
    assertThat(text(patched, "status.certificate")).isEqualTo(certificate);
    assertThat(text(patched, "metadata.annotations.patchedstatus")).isEqualTo("true");
    var updated =
        api.update(
            one + "/status",
            withCondition(
                patched,
                "{type: StatusUpdate, status: 'True', reason: E2E, message: set by a test}"));
    assertThat(items(updated, "status.conditions").getLast().text("type"))
        .isEqualTo("StatusUpdate");
  }

  private static JsonObject withCondition(JsonObject object, String condition) {
    var all = new ArrayList<>(object.object("status").list("conditions"));
    all.add(Trees.tree(condition));
    return Trees.with(object, "status.conditions", new JsonArray(all));
  }

  private static JsonObject create(Api api, String name) throws Exception {
    return api.create(
        api.core("serviceaccounts"),
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s}}".formatted(name));
  }
}
