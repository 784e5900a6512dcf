/** What the first line of a table is taken for. */

import { expect, it } from "vitest";
import { firstLineOf } from "./first-line.js";

const rowsOf = (text: string) => text.split("\n").map((line) => line.split(","));

it.each([
  ["names of columns", "length,width,species\n5.1,3.5,setosa\n4.9,3.0,setosa", "names"],
  ["years", "country,2019,2020\nKenya,1.5,2\nPeru,3,4", "names"],
  ["years that fall", "country,2021,2020,2019\nKenya,1.5,2,3\nPeru,3,4,5", "names"],
  ["counters, as pandas writes them", ",0,1,2\n0,1.5,2,3\n1,4,5,6", "names"],
  ["names of columns of numbers that are numbers", "0,1,2,3\n5,1,7,2\n6,1,8,2", "names"],
  ["names beside a word that is a cell too", "text,label\nlabel,a\nlabel,b\ntext,a", "names"],
  ["texts and their class", "v1,v2\nham,hello\nspam,win\nham,bye", "names"],
  ["one column", "word\nword\nword", "names"],
  ["a header alone", "5.1,3.5,1.4", "names"],
  ["measurements and a class, as iris.data", "5.1,3.5,setosa\n4.9,3.0,setosa\n5.8,2.7,virginica", "values"],
  ["a class and measurements, as abalone.data", "M,0.455,0.365\nM,0.35,0.26\nF,0.53,0.4", "values"],
  ["a name of its own and flags, as zoo.data", "aardvark,1,0,0,1\nbear,1,0,0,1\nbass,0,0,1,0", "values"],
  ["categories, as mushroom.data", "p,x,s\ne,x,s\np,b,s\ne,x,y\np,x,y", "values"],
  ["a class and a text, as SMSSpamCollection", "ham,see you\nham,hello\nspam,win\nham,bye", "values"],
  ["pixels and their class", "7,0,0,0,12\n2,0,0,4,1\n1,0,0,0,0", "values"],
  ["numbers in no order", "3,11,2\n5,1,7\n6,1,8", "values"],
  ["sizes and classes, as of scikit-learn", "2,3,setosa,virginica\n5.1,3.5,1.4,0\n4.9,3.0,1.3,1", "classes"],
])("%s", (_, text, holds) => {
  const [first, ...rows] = rowsOf(text);
  expect(firstLineOf(first, rows).holds).toBe(holds);
});
