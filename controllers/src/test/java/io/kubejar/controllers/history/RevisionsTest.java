package io.kubejar.controllers.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RevisionsTest {
  /// A template as the server completes it. Upstream's StatefulSet controller calls its first
  /// revision `…-776999688b`.
  private static final String COMPLETED =
      """
      {"metadata":{"labels":{"app":"foo"},"annotations":{"test":"value"}},
       "spec":{"containers":[{"name":"test","image":"test","resources":{},
         "imagePullPolicy":"Always","terminationMessagePath":"/dev/termination-log",
         "terminationMessagePolicy":"File"}],"restartPolicy":"Always",
         "terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},
         "schedulerName":"default-scheduler"}}
      """;

  @Test
  void aTemplateHasTheHashThatUpstreamGivesIt() {
    var template = PodTemplateSpec.CODEC.fromTree(JsonParser.parse(COMPLETED));

    assertThat(RevisionHash.of(TemplateData.of(template), 0)).isEqualTo("776999688b");
    assertThat(RevisionHash.of(TemplateData.of(template), 1)).isNotEqualTo("776999688b");
  }

  @Test
  void longNamesAreCutSoThatTheHashHasRoom() {
    assertThat(RevisionHash.name("n".repeat(250), "hash")).isEqualTo("n".repeat(223) + "-hash");
    assertThat(RevisionHash.name("web", "hash")).isEqualTo("web-hash");
  }

  @Test
  void dataIsAPatchWithSortedFieldsAndEscapedCharacters() {
    var text =
        new String(TemplateData.of(template("<a&b>")).raw().toArray(), StandardCharsets.UTF_8);

    assertThat(text)
        .startsWith("{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":")
        .contains("\\u003ca\\u0026b\\u003e");
  }

  @Test
  void aTemplateComesBackAsItWas() {
    assertThat(TemplateData.template(revision("r", 1, "a"))).contains(template("a"));
  }

  @Test
  void revisionsOfOlderReleasesAreTheSameInOtherBytes() {
    var known = revision("r", 1, "a");
    var tree = (JsonObject) known.data().json();
    var template = tree.object("spec").object("template");
    var older =
        template.with(
            "metadata", template.object("metadata").with("creationTimestamp", JsonNull.NULL));
    var revision =
        known.withData(RawExtension.of(JsonObject.of("spec", JsonObject.of("template", older))));

    assertThat(TemplateData.isOf(revision, template("a"))).isTrue();
    assertThat(TemplateData.isOf(revision, template("b"))).isFalse();
  }

  @Test
  void foreignDataIsNoTemplate() {
    var foreign =
        revision("r", 1, "a").withData(RawExtension.of(JsonObject.of("a", new JsonString("b"))));

    assertThat(TemplateData.template(foreign)).isEmpty();
    assertThat(TemplateData.template(foreign.withData(RawExtension.EMPTY))).isEmpty();
  }

  @Test
  void aNewTemplateGetsTheNextNumber() {
    assertThat(plan("a").step()).isEqualTo(new RevisionPlan.Create(1));
    assertThat(plan("c", revision("x", 1, "a"), revision("y", 4, "b")).step())
        .isEqualTo(new RevisionPlan.Create(5));
  }

  @Test
  void theNewestRevisionOfTheTemplateIsKept() {
    var newest = revision("y", 4, "b");

    assertThat(plan("b", newest, revision("x", 1, "a")))
        .isEqualTo(
            new RevisionPlan(
                new RevisionPlan.Keep(newest), List.of(revision("x", 1, "a")), List.of()));
  }

  @Test
  void anOlderRevisionOfTheTemplateIsRaised() {
    var older = revision("x", 1, "a");

    assertThat(plan("a", older, revision("y", 4, "b")).step())
        .isEqualTo(new RevisionPlan.Raise(older, 5));
  }

  @Test
  void ofSeveralRevisionsOfTheTemplateTheNewestCounts() {
    var plan = plan("a", revision("x", 1, "a"), revision("y", 2, "a"), revision("z", 3, "b"));

    assertThat(plan.step()).isEqualTo(new RevisionPlan.Raise(revision("y", 2, "a"), 4));
    assertThat(plan.duplicates()).containsExactly(revision("x", 1, "a"));
  }

  @Test
  void theOldestUnusedRevisionsGoAtTheLimit() {
    var all = List.of(revision("c", 3, "c"), revision("a", 1, "a"), revision("b", 2, "b"));

    assertThat(Truncation.ofUnused(all, it -> it.revision() == 1, 1))
        .extracting(ControllerRevision::revision)
        .containsExactly(2L);
    assertThat(Truncation.ofUnused(all, _ -> false, 0)).hasSize(3);
    assertThat(Truncation.ofUnused(all, _ -> false, null)).isEmpty();
  }

  @Test
  void aDaemonSetsLimitCountsUsedRevisionsToo() {
    var old = List.of(revision("c", 3, "c"), revision("a", 1, "a"), revision("b", 2, "b"));

    assertThat(Truncation.ofOld(old, it -> it.revision() == 1, 1))
        .extracting(ControllerRevision::revision)
        .containsExactly(2L, 3L);
    assertThat(Truncation.ofOld(old, _ -> false, 2))
        .extracting(ControllerRevision::revision)
        .containsExactly(1L);
  }

  private static RevisionPlan plan(String image, ControllerRevision... owned) {
    return RevisionPlan.of(List.of(owned), template(image));
  }

  private static ControllerRevision revision(String name, long number, String image) {
    return ControllerRevision.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName(name))
        .withRevision(number)
        .withData(TemplateData.of(template(image)));
  }

  private static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY.withSpec(
        PodTemplateSpec.EMPTY
            .spec()
            .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }
}
