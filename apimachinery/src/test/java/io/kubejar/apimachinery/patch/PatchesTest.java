package io.kubejar.apimachinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {
  private static JsonValue json(String text) {
    return JsonParser.parse(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1}|[{'op':'add','path':'/b','value':2}]|{'a':1,'b':2}",
        "{'a':[1,3]}|[{'op':'add','path':'/a/1','value':2}]|{'a':[1,2,3]}",
        "{'a':[1]}|[{'op':'add','path':'/a/-','value':2}]|{'a':[1,2]}",
        "{'a':[1,2,3]}|[{'op':'remove','path':'/a/-1'}]|{'a':[1,2]}",
        "{'a':{'b/c':1}}|[{'op':'replace','path':'/a/b~1c','value':2}]|{'a':{'b/c':2}}",
        "{'a':{'~1':1}}|[{'op':'remove','path':'/a/~01'}]|{'a':{}}",
        "{'a':1}|[{'op':'replace','path':'/b','value':2}]|{'a':1,'b':2}",
        "{'a':1}|[{'op':'move','from':'/a','path':'/b'}]|{'b':1}",
        "{'a':{'x':1}}|[{'op':'copy','from':'/a','path':'/b'}]|{'a':{'x':1},'b':{'x':1}}",
        "{'a':1}|[{'op':'test','path':'/a','value':1},{'op':'remove','path':'/a'}]|{}",
        "{'a':1}|[{'op':'test','path':'/missing','value':null}]|{'a':1}",
        "{'a':1}|[{'op':'replace','path':'','value':{'b':1}}]|{'b':1}",
        "{'a':1}|[{'op':'add','path':'/n'}]|{'a':1,'n':null}",
      })
  void takesTheStepsOfAJsonPatch(String document, String patch, String result) {
    assertThat(JsonPatch.apply(json(document), json(patch))).isEqualTo(json(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{'op':'remove','path':'/b'}]|error in remove: Unable to remove nonexistent key",
        "[{'op':'add','path':'/b/c','value':1}]|doc is missing path: /b/c: missing value",
        "[{'op':'add','path':'/l/5','value':1}]|Unable to access invalid index: 5",
        "[{'op':'add','path':'/l/x','value':1}]|value was not a proper array index: 'x'",
        "[{'op':'test','path':'/a','value':2}]|testing value /a failed: test failed",
        "[{'op':'dance','path':'/a'}]|Unexpected kind: dance",
        "[{'op':'add','value':2}]|missing value",
        "[{'op':'add','path':'','value':{}}]|missing value",
      })
  void refusesAJsonPatchThatDoesNotFit(String patch, String why) {
    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':1,'l':[0]}"), json(patch)))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(422);
              assertThat(refused.reason()).isEqualTo("Invalid");
              var cause =
                  Objects.requireNonNull(Objects.requireNonNull(refused.getCause()).getMessage());
              assertThat(cause)
                  .contains(why.substring(why.indexOf(": U") < 0 ? 0 : why.indexOf(": U") + 2));
            })
        .hasMessage("the server rejected our request due to an error in our request");
  }

  @Test
  void refusesWhatIsNoJsonPatch() {
    assertThatThrownBy(() -> JsonPatch.apply(json("{}"), json("{}")))
        .hasMessage("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  }

  @Test
  void boundsTheNumberOfOperations() {
    var step = "{'op':'test','path':'/a','value':1}";
    var many = "[" + String.join(",", Collections.nCopies(10_001, step)) + "]";

    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':1}"), json(many)))
        .hasMessage(
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got"
                + " 10001");
  }

  @Test
  void boundsWhatCopiesAddUpTo() {
    var doubling = "{'op':'copy','from':'/a','path':'/a/-'}";
    var patch = "[" + String.join(",", Collections.nCopies(40, doubling)) + "]";

    assertThatThrownBy(() -> JsonPatch.apply(json("{'a':['0123456789']}"), json(patch)))
        .isInstanceOfSatisfying(ApiException.class, r -> assertThat(r.code()).isEqualTo(422));
  }

  /// The examples of RFC 7386, as far as they are objects.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':'b'}|{'a':'c'}|{'a':'c'}",
        "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
        "{'a':'b'}|{'a':null}|{}",
        "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
        "{'a':['b']}|{'a':'c'}|{'a':'c'}",
        "{'a':'c'}|{'a':['b']}|{'a':['b']}",
        "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
        "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
        "{'e':null}|{'a':1}|{'e':null,'a':1}",
        "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}",
      })
  void mergesByRfc7386(String document, String patch, String result) {
    assertThat(MergePatch.apply((JsonObject) json(document), json(patch))).isEqualTo(json(result));
  }

  @Test
  void refusesWhatIsNoMergePatch() {
    assertThatThrownBy(() -> MergePatch.apply(JsonObject.EMPTY, json("[1]")))
        .hasMessage(
            "error decoding patch: json: cannot unmarshal array into Go value of type"
                + " map[string]interface {}");
  }
}
