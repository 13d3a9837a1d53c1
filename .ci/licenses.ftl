# Licences

Stepwise itself is under the Apache License 2.0 ([LICENSE](../LICENSE)). This page names every library that is shipped with it:
the files in `target/quarkus-app/lib` and in `/opt/stepwise/lib` of the images. `.ci/licenses --write` writes this page from what
the libraries' own descriptions say; without `--write` it fails when the page is out of date. Where a library names several
licences, any of them may be chosen.

The page holds Lit, which it is made with (BSD-3-Clause, © Google), and uPlot, which draws its curves (MIT, © Leon Sorokin); the
notices are in the page's files. Two libraries hold works of
others: `pytorch-native-cpu` holds libtorch (BSD-3-Clause), and `jasperreports-fonts-liberation` holds
the Liberation fonts (OFL-1.1). The image for GPUs also holds PyTorch's CUDA libraries, which come under NVIDIA's licences.

| library | version | licence |
|---|---|---|
<#list dependencyMap as entry>
<#assign library = entry.getKey()/>
| `${library.groupId}:${library.artifactId}` | ${library.version} | <#list entry.getValue() as licence>${licence}<#sep> or </#list> |
</#list>
