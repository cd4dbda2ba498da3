package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.Yaml;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Accounts that say which secrets their pods may use.
class MountableSecretsTest {
  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
    var key = new ObjectKey("default", "default");
    var account = world.api.get(ServiceAccount.RESOURCE, key);
    var strict =
        ServiceAccount.CODEC.fromTree(
            Yaml.parse(
                """
                metadata:
                  namespace: default
                  name: default
                  annotations: {kubernetes.io/enforce-mountable-secrets: "true"}
                secrets: [{name: mine}]
                imagePullSecrets: [{name: pull}]
                """));
    world.api.update(
        ServiceAccount.RESOURCE,
        strict.withMetadata(
            strict
                .metadata()
                .withUid(account.metadata().uid())
                .withResourceVersion(account.metadata().resourceVersion())));
  }

  private static Pod pod(String spec) {
    return Pod.CODEC.fromTree(
        Yaml.parse("{metadata: {name: p, namespace: default}, spec: " + spec + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{containers: [{name: c, image: i}], volumes: [{name: v, secret: {secretName: other}}]}"
            + "|volume with secret.secretName=\"other\"",
        "{containers: [{name: c, image: i, env: [{name: E, valueFrom: {secretKeyRef: {name: other,"
            + " key: k}}}]}]}"
            + "|container c with envVar E referencing secret.secretName=\"other\"",
        "{containers: [{name: c, image: i, envFrom: [{secretRef: {name: other}}]}]}"
            + "|container c with envFrom referencing secret.secretName=\"other\"",
        "{containers: [{name: c, image: i}], initContainers: [{name: init, image: i, env: [{name:"
            + " E, valueFrom: {secretKeyRef: {name: other, key: k}}}]}]}|init container init with"
            + " envVar E referencing secret.secretName=\"other\"",
      })
  void areTheOnlyOnes(String spec, String place) {
    assertThatThrownBy(() -> world.api.create(Pod.RESOURCE, pod(spec)))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(403))
        .hasMessage(
            "pods \"p\" is forbidden: "
                + place
                + " is not allowed because service account default does not reference that secret");
  }

  @Test
  void pullImagesToo() {
    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE,
                    pod("{containers: [{name: c, image: i}], imagePullSecrets: [{name: other}]}")))
        .hasMessageEndingWith(
            "imagePullSecrets[0].name=\"other\" is not allowed because service account default does"
                + " not reference that imagePullSecret");
  }

  @Test
  void letInWhatTheAccountNames() throws InterruptedException {
    var made =
        world.api.create(
            Pod.RESOURCE,
            pod(
                "{containers: [{name: c, image: i}], volumes: [{name: v, secret: {secretName:"
                    + " mine}}]}"));

    assertThat(made.spec().imagePullSecrets())
        .singleElement()
        .hasToString("LocalObjectReference[name=pull]");
  }

  @Test
  void holdForEphemeralContainersToo() throws InterruptedException {
    var made = world.api.create(Pod.RESOURCE, pod("{containers: [{name: c, image: i}]}"));
    var debugged =
        pod(
            "{containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i,"
                + " terminationMessagePolicy: File, imagePullPolicy: Always,"
                + " envFrom: [{secretRef: {name: other}}]}]}");

    assertThatThrownBy(
            () ->
                world.api.updateSubresource(
                    Pod.RESOURCE,
                    made.withSpec(
                        made.spec().withEphemeralContainers(debugged.spec().ephemeralContainers())),
                    "ephemeralcontainers"))
        .hasMessageEndingWith(
            "ephemeral container e with envFrom referencing secret.secretName=\"other\" is not"
                + " allowed because service account default does not reference that secret");
  }

  @Test
  void areNotForMirrorPods() {
    var mirror = pod("{containers: [{name: c, image: i, envFrom: [{secretRef: {name: mine}}]}]}");

    assertThatThrownBy(
            () ->
                world.api.create(
                    Pod.RESOURCE,
                    mirror.withMetadata(
                        mirror
                            .metadata()
                            .withAnnotations(Map.of("kubernetes.io/config.mirror", "x")))))
        .hasMessage("pods \"p\" is forbidden: a mirror pod may not reference secrets");
  }
}
