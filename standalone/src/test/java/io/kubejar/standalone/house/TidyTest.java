package io.kubejar.standalone.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// House rules that a compiler does not know: short methods, and no note to self that nobody
/// tracks.
final class TidyTest {
  private static final int MAX_METHOD_LINES = 70;
  private static final int MAX_PARAMETERS = 8; // Five is the aim; records do not count.
  private static final Pattern UNTRACKED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!\\(#\\d+\\))");

  private final Path root = projectRoot();

  @Test
  void methodsAreShort() throws IOException {
    assertThat(violations()).isEmpty();
  }

  @Test
  void everyNoteToSelfNamesAnIssue() throws IOException {
    var notes = new ArrayList<String>();
    for (var file : sources()) {
      if (file.endsWith("TidyTest.java")) {
        continue;
      }
      var lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (UNTRACKED.matcher(lines.get(i)).find()) {
          notes.add(root.relativize(file) + ":" + (i + 1));
        }
      }
    }

    assertThat(notes).isEmpty();
  }

  @Test
  void everyModuleIsLookedAt() throws IOException {
    assertThat(sources()).hasSizeGreaterThan(100);
  }

  private List<String> violations() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var found = new ArrayList<String>();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources());
      var task = (JavacTask) compiler.getTask(null, files, _ -> {}, List.of(), null, units);
      var positions = Trees.instance(task).getSourcePositions();
      for (var unit : task.parse()) {
        new LongMethods(unit, positions, found).scan(unit, true);
      }
    }
    return found;
  }

  private List<Path> sources() throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      var directories =
          modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList();
      var sources = new ArrayList<Path>();
      for (var directory : directories) {
        try (Stream<Path> files = Files.walk(directory)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
      return sources;
    }
  }

  private static Path projectRoot() {
    var here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("mvnw")) ? here : Objects.requireNonNull(here.getParent());
  }

  /// Collects the methods that are too long or take too much.
  private final class LongMethods extends TreePathScanner<Boolean, Boolean> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Boolean visitMethod(MethodTree method, Boolean unused) {
      var body = method.getBody();
      var at =
          root.relativize(Path.of(unit.getSourceFile().toUri())) + " " + method.getName() + "()";
      if (body != null) {
        LineMap lines = unit.getLineMap();
        long length =
            lines.getLineNumber(positions.getEndPosition(unit, body))
                - lines.getLineNumber(positions.getStartPosition(unit, body));
        if (length > MAX_METHOD_LINES) {
          found.add(at + " has " + length + " lines");
        }
      }
      boolean constructor = method.getName().contentEquals("<init>");
      if (!constructor && method.getParameters().size() > MAX_PARAMETERS) {
        found.add(at + " has " + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, unused);
    }
  }
}
