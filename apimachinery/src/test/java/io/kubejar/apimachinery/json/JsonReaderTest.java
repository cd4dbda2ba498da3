package io.kubejar.apimachinery.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.meta.v1.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReaderTest {

  @Test
  void aNullLeavesEveryKindOfFieldAtItsDefault() {
    var meta =
        ObjectMeta.CODEC.fromJson(
            json(
                "{'name':null,'generation':null,'labels':null,'finalizers':null,"
                    + "'deletionGracePeriodSeconds':null,'creationTimestamp':null}"));

    assertThat(meta).isEqualTo(ObjectMeta.EMPTY);
  }

  @Test
  void aNullForTheWholeObjectIsTheEmptyObject() {
    assertThat(ObjectMeta.CODEC.fromJson(json("null"))).isEqualTo(ObjectMeta.EMPTY);
  }

  @Test
  void nullItemsBecomeEmptyItems() {
    var meta = ObjectMeta.CODEC.fromJson(json("{'finalizers':[null],'ownerReferences':[null]}"));

    assertThat(meta.finalizers()).containsExactly("");
    assertThat(meta.ownerReferences()).containsExactly(OwnerReference.EMPTY);
  }

  @Test
  void aNullValueInAMapOfTextsIsTheEmptyText() {
    assertThat(ObjectMeta.CODEC.fromJson(json("{'labels':{'a':null}}")).labels())
        .isEqualTo(Map.of("a", ""));
  }

  @Test
  void unknownFieldsAreToldWithTheirPaths() {
    var in =
        JsonReader.strict(
            json(
                "{'foo':{'x':[1,{}]},'ownerReferences':[{},{'bar':1}],'labels':{'any':'thing'},"
                    + "'managedFields':[{'fieldsV1':{'f:x':{}}}]}"));

    ObjectMeta.CODEC.readJson(in);

    assertThat(in.complaints())
        .containsExactly("unknown field \"foo\"", "unknown field \"ownerReferences[1].bar\"");
  }

  @Test
  void namesAreCaseSensitive() {
    var in = JsonReader.strict(json("{'Name':'x'}"));

    assertThat(ObjectMeta.CODEC.readJson(in)).isEqualTo(ObjectMeta.EMPTY);
    assertThat(in.complaints()).containsExactly("unknown field \"Name\"");
  }

  @Test
  void ofARepeatedFieldTheLastCountsAndIsTold() {
    var in =
        JsonReader.strict(
            json("{'name':'a','name':'b','labels':{'x':'1','x':'2','y':'3'},'uid':''}"));

    var meta = ObjectMeta.CODEC.readJson(in);

    assertThat(meta.name()).isEqualTo("b");
    assertThat(meta.labels()).isEqualTo(Map.of("x", "2", "y", "3"));
    assertThat(in.complaints())
        .containsExactly("duplicate field \"name\"", "duplicate field \"labels.x\"");
  }

  @Test
  void repetitionsAreFoundAmongManyNames() {
    var text = new StringBuilder("{'labels':{");
    for (int i = 0; i < 40; i++) {
      text.append("'k").append(i).append("':'',");
    }
    var in = JsonReader.strict(json(text + "'k3':'','k39':''}}"));

    ObjectMeta.CODEC.readJson(in);

    assertThat(in.complaints())
        .containsExactly("duplicate field \"labels.k3\"", "duplicate field \"labels.k39\"");
  }

  @Test
  void aReaderThatIsNotStrictTellsNothing() {
    var in = JsonReader.of(json("{'foo':1,'name':'a','name':'b'}"));

    ObjectMeta.CODEC.readJson(in);

    assertThat(in.complaints()).isEmpty();
  }

  @Test
  void complaintsAreBounded() {
    var text = new StringBuilder("{");
    for (int i = 0; i < 1000; i++) {
      text.append(i == 0 ? "" : ",").append("'u").append(i).append("':0");
    }
    var in = JsonReader.strict(json(text + "}"));

    ObjectMeta.CODEC.readJson(in);

    assertThat(in.complaints()).hasSize(100);
  }

  @Test
  void wrongTypesAreAnsweredInTheWordsOfGo() {
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("{'generation':'x'}")))
        .isInstanceOf(JsonFormatException.class)
        .hasMessage(
            "json: cannot unmarshal string into Go struct field ObjectMeta.generation of type"
                + " int64");
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("{'labels':{'a':7}}")))
        .hasMessage(
            "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string");
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("{'labels':[]}")))
        .hasMessage(
            "json: cannot unmarshal array into Go struct field ObjectMeta.labels"
                + " of type map[string]string");
    assertThatThrownBy(
            () -> ObjectMeta.CODEC.fromJson(json("{'ownerReferences':[{'controller':'yes'}]}")))
        .hasMessage(
            "json: cannot unmarshal string into Go struct field"
                + " OwnerReference.ownerReferences.controller of type bool");
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("[]")))
        .hasMessage("json: cannot unmarshal array into Go value of type v1.ObjectMeta");
  }

  @Test
  void wholeNumbersHaveNoFractionAndFitTheirSize() {
    assertThatThrownBy(() -> Status.CODEC.fromJson(json("{'code':1.5}")))
        .hasMessage(
            "json: cannot unmarshal number 1.5 into Go struct field Status.code of type int32");
    assertThatThrownBy(() -> Status.CODEC.fromJson(json("{'code':1e2}")))
        .hasMessageContaining("number 1e2");
    assertThatThrownBy(() -> Status.CODEC.fromJson(json("{'code':2147483648}")))
        .hasMessageContaining("number 2147483648");
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("{'generation':9223372036854775808}")))
        .hasMessageContaining("of type int64");
    assertThat(Status.CODEC.fromJson(json("{'code':-2147483648}")).code())
        .isEqualTo(Integer.MIN_VALUE);
    assertThat(ObjectMeta.CODEC.fromJson(json("{'generation':9223372036854775807}")).generation())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void timesAreReadInAnyZoneAndCutToSeconds() {
    var condition =
        Condition.CODEC.fromJson(json("{'lastTransitionTime':'2024-01-02T03:04:05.9+02:00'}"));

    assertThat(condition.lastTransitionTime()).isEqualTo(Instant.parse("2024-01-02T01:04:05Z"));
  }

  @Test
  void whatIsNoTimeIsRefused() {
    assertThatThrownBy(() -> Condition.CODEC.fromJson(json("{'lastTransitionTime':'yesterday'}")))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("parsing time \"yesterday\"");
    for (var wrong :
        List.of("2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z")) {
      assertThatThrownBy(
              () -> Condition.CODEC.fromJson(json("{'lastTransitionTime':'" + wrong + "'}")))
          .isInstanceOf(JsonFormatException.class);
    }
    assertThat(
            Condition.CODEC
                .fromJson(json("{'lastTransitionTime':'2024-02-29T23:59:59Z'}"))
                .lastTransitionTime())
        .isEqualTo(Instant.parse("2024-02-29T23:59:59Z"));
  }

  @Test
  void brokenTextIsRefused() {
    for (var broken : List.of("", "{", "{'a'", "{'name':'x'", "{'name':}", "{}x", "[1,", "{]")) {
      assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json(broken)))
          .as(broken)
          .isInstanceOf(JsonFormatException.class);
    }
  }

  @Test
  void deepNestingIsRefusedNotFollowed() {
    var deep =
        "{'managedFields':[{'fieldsV1':"
            + "{'a':".repeat(100_000)
            + "0"
            + "}".repeat(100_000)
            + "}]}";

    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json(deep)))
        .isInstanceOf(JsonFormatException.class);
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromJson(json("{'foo':" + "[".repeat(100_000))))
        .isInstanceOf(JsonFormatException.class);
  }

  @Test
  void aTreeReadsLikeItsText() {
    var text =
        json(
            "{'name':'n','labels':{'b':'2','a':'1'},'ownerReferences':[{'uid':'u','controller':true}],"
                + "'unknown':[1,{'x':null}],'managedFields':[{'fieldsV1':{'f:a':{}},'time':null}]}");

    var in = JsonReader.strict(JsonParser.parse(text));
    var fromTree = ObjectMeta.CODEC.readJson(in);
    in.end();

    assertThat(fromTree).isEqualTo(ObjectMeta.CODEC.fromJson(text));
    assertThat(in.complaints()).containsExactly("unknown field \"unknown\"");
  }

  @Test
  void anAbsentSelectorIsNotAnEmptyOne() {
    assertThat(LabelSelector.CODEC.fromJson(json("{}"))).isEqualTo(LabelSelector.EMPTY);
    assertThat(JsonReader.of(json("null")).opt(LabelSelector.CODEC)).isNull();
    assertThat(JsonReader.of(json("{}")).opt(LabelSelector.CODEC)).isEqualTo(LabelSelector.EMPTY);
  }

  private static byte[] json(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
