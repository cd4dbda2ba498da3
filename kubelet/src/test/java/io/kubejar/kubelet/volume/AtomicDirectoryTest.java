package io.kubejar.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
  @TempDir Path directory;

  @Test
  void showsFilesThroughOnePointer() throws Exception {
    write(Map.of("a", "1", "sub/b", "2"));

    assertThat(directory.resolve("a")).hasContent("1").isSymbolicLink();
    assertThat(directory.resolve("sub/b")).hasContent("2");
    assertThat(Files.readSymbolicLink(directory.resolve("a"))).isEqualTo(Path.of("..data/a"));
  }

  @Test
  void replacesAllAtOnceAndLeavesNothingOld() throws Exception {
    write(Map.of("a", "1", "gone", "x"));
    var before = directory.resolve("..data").toRealPath();

    write(Map.of("a", "2", "new", "y"));

    assertThat(directory.resolve("a")).hasContent("2");
    assertThat(directory.resolve("new")).hasContent("y");
    assertThat(before).doesNotExist();
    try (Stream<Path> names = Files.list(directory)) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .filteredOn(name -> !name.startsWith(".."))
          .containsExactlyInAnyOrder("a", "new");
    }
  }

  @Test
  void doesNothingWhenNothingChanged() throws Exception {
    assertThat(write(Map.of("a", "1"))).isTrue();
    var before = directory.resolve("..data").toRealPath();

    assertThat(write(Map.of("a", "1"))).isFalse();

    assertThat(directory.resolve("..data").toRealPath()).isEqualTo(before);
  }

  @Test
  void refusesPathsThatLeadOut() {
    assertThatThrownBy(() -> write(Map.of("../evil", "x"))).isInstanceOf(IOException.class);
  }

  private boolean write(Map<String, String> files) throws IOException {
    var contents = new java.util.HashMap<String, FileContent>();
    files.forEach((name, text) -> contents.put(name, new FileContent(Bytes.utf8(text), 0644)));
    return new AtomicDirectory(directory).write(contents, AtomicDirectory.Owner.KEEP);
  }
}
